"""Another way to pay than the one chosen at checkout."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from orders.gateways.base import PaymentMethod
from orders.gateways.registry import active_method
from orders.models import Order, OrderStatus
from orders.services.mails import queue_confirmation
from orders.services.payable import NotPayable, check_payable
from orders.services.transitions import Note, lock_order, move, write_event
from shop.common.unit import transactional


@transactional
def choose_payment(*, order_id: int, method_code: str) -> Order:
    """The customer will pay another way. Raises NotPayable, PaymentInProgress, InvalidInput."""
    order = lock_order(order_id)
    check_payable(order)
    switch_method(order, active_method(method_code))
    return order


def switch_method(order: Order, method: PaymentMethod) -> None:
    """A step, with the order locked: the order gets the new method and its time, never less time than it had.

    Raises NotPayable when an order that was sent already is to be paid later.
    """
    if method.code == order.payment_method:
        return
    if method.settles_later and order.status != OrderStatus.PENDING:
        raise NotPayable
    order.payment_method = method.code
    if order.pay_by is not None:
        order.pay_by = max(order.pay_by, order.placed_at + method.pay_within) if method.pay_within else None
    order.save(update_fields=["payment_method", "pay_by"])
    write_event(order, Note(kind="payment_method", message=_("To be paid by: %(way)s") % {"way": method.name}))
    accept_promise(order, method)


def accept_promise(order: Order, method: PaymentMethod) -> None:
    """A step: an order that is to be paid later is placed for good now."""
    if method.pay_within is None:
        note = Note(kind="on_delivery", message=_("To be paid on delivery"), is_public=True)
        move(order, OrderStatus.PROCESSING, note)
    if method.settles_later:
        queue_confirmation(order)
