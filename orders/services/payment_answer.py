"""The gateway's answer, stored: the second unit of each verb that asks it."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders.gateways.base import GatewayResult
from orders.gateways.registry import settles_by_hand
from orders.models import Payment, PaymentState
from orders.services.check_payment import check_soon
from orders.services.payment_results import apply_result
from shop.api.idempotency import Once
from shop.common.errors import ShopError


class PaymentDeclined(ShopError):
    """`payment` says why; the order stays payable."""

    code = "payment_declined"
    status = 402

    def __init__(self, payment: Payment) -> None:
        super().__init__(payment.error_message or _("The payment was declined. Please try another way to pay."))
        self.payment = payment


def finish(payment: Payment, result: GatewayResult, once: Once[Payment] | None = None) -> Payment:
    """Store the answer; what is undecided is asked about later. Raises PaymentDeclined."""
    payment = apply_result(payment_id=payment.pk, result=result, then=once.finish if once is not None else None)
    if payment.state == PaymentState.PROCESSING and not settles_by_hand(payment.gateway):
        check_soon(payment)
    return unless_declined(payment)


def unless_declined(payment: Payment) -> Payment:
    if payment.state == PaymentState.FAILED:
        raise PaymentDeclined(payment)
    return payment
