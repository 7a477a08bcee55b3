"""Staff take money that a bank has promised."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders.gateways.base import GatewayUnreachable
from orders.gateways.registry import gateway_by_code
from orders.models import Payment, PaymentState, PaymentStatus
from orders.services.check_payment import check_soon
from orders.services.payment_answer import finish
from orders.services.transitions import Note, lock_order, write_event
from shop.common.errors import Conflict
from shop.common.unit import run_in_transaction


class NotAuthorised(Conflict):
    code = "not_authorised"
    default_message = _("No money is authorised for this order.")


def capture_payment(*, order_id: int, actor_id: int | None = None) -> Payment:
    """Staff take the money that was authorised for an order. Raises NotAuthorised, PaymentDeclined.

    When the gateway does not answer it is asked again by itself, and GatewayUnreachable is raised.
    """
    payment = run_in_transaction(lambda: _authorised(order_id, actor_id))
    try:
        result = gateway_by_code(payment.gateway).capture(payment.gateway_reference or "", payment.amount)
    except GatewayUnreachable:
        check_soon(payment)
        raise
    return finish(payment, result)


def _authorised(order_id: int, actor_id: int | None) -> Payment:
    order = lock_order(order_id)
    payment = order.payments.filter(state=PaymentState.AUTHORISED).last()
    if payment is None or order.payment_status != PaymentStatus.AUTHORISED:
        raise NotAuthorised
    write_event(order, Note(kind="capture", message=_("The authorised money is being taken"), actor_id=actor_id))
    return payment
