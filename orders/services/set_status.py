"""Moving an order to a status by its name: each status has its verb, and this only finds it."""

from __future__ import annotations

from collections.abc import Callable

from orders.models import Order, OrderStatus
from orders.services.add_note import add_note
from orders.services.cancel_order import NotCancellable, cancel_order
from orders.services.give_back import GiveBack, give_back
from orders.services.pay import NotPayable, mark_paid
from orders.services.refunds import refundable
from orders.services.ship_order import NotPaid, Parcel, mark_delivered, mark_processing, ship_order
from orders.services.transitions import InvalidTransition, can_move
from shop.common.errors import NotFound
from shop.common.money import ZERO

Verb = Callable[[int, str, int | None], object]


def set_status(*, order_id: int, status: OrderStatus, note: str = "", actor_id: int | None = None) -> Order:
    """Bring an order to `status` by the verb that does so, and return it.

    "paid" records the whole sum by hand, "shipped" sends all that is open, "refunded" gives everything back: the
    order moves when the gateway has done so, which may be later. `note` is for staff. Raises InvalidTransition,
    and what the verbs raise.
    """
    order = _order(order_id)
    if not can_move(order, status) or (status == OrderStatus.REFUNDED and refundable(order) <= ZERO):
        raise InvalidTransition
    try:
        VERBS[status](order_id, note, actor_id)
    except (NotCancellable, NotPaid, NotPayable) as refusal:
        raise InvalidTransition(refusal.message) from refusal
    if note and status != OrderStatus.CANCELLED:
        add_note(order_id=order_id, text=note, actor_id=actor_id)
    return _order(order_id)


def _order(order_id: int) -> Order:
    order = Order.objects.filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


VERBS: dict[OrderStatus, Verb] = {
    OrderStatus.PAID: lambda order_id, _note, actor: mark_paid(order_id=order_id, actor_id=actor),
    OrderStatus.PROCESSING: lambda order_id, _note, actor: mark_processing(order_id=order_id, actor_id=actor),
    OrderStatus.SHIPPED: lambda order_id, _note, actor: ship_order(Parcel(order_id=order_id, actor_id=actor)),
    OrderStatus.DELIVERED: lambda order_id, _note, actor: mark_delivered(order_id=order_id, actor_id=actor),
    OrderStatus.CANCELLED: lambda order_id, note, actor: cancel_order(
        order_id=order_id, reason="staff", why=note, actor_id=actor
    ),
    OrderStatus.REFUNDED: lambda order_id, note, actor: give_back(
        GiveBack(order_id=order_id, reason=note, actor_id=actor)
    ),
}
