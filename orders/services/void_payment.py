"""Letting go of payments that nobody waits for any more."""

from __future__ import annotations

from collections.abc import Sequence

from orders.gateways.registry import gateway_by_code
from orders.models import Order, Payment, PaymentState
from orders.services.payment_results import apply_result
from shop.tasks.queue import shop_task

OPEN_STATES = (
    PaymentState.PENDING,
    PaymentState.REQUIRES_ACTION,
    PaymentState.PROCESSING,
    PaymentState.AUTHORISED,
)


def let_go_of_payments(order: Order, *, states: Sequence[PaymentState] = OPEN_STATES) -> None:
    """A step, with the order locked: have the gateways told that its payments in `states` are not wanted."""
    for payment in order.payments.filter(state__in=states):
        void_payment.enqueue(payment_id=payment.pk)


@shop_task
def void_payment(payment_id: int) -> None:
    """Tell the gateway to let go of a payment. If the money has come after all, it says so, and it goes back."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.state in OPEN_STATES and payment.gateway_reference:
        result = gateway_by_code(payment.gateway).void(payment.gateway_reference)
        apply_result(payment_id=payment_id, result=result)
