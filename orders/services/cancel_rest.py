"""An order sent in part, of which the rest will never come: its units are free, its price goes back."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.models import FulfilmentStatus, Order, OrderLine, OrderStatus
from orders.services.cancel_order import NotCancellable
from orders.services.order_stock import uncommit_rest
from orders.services.refunds import open_refunds, refundable
from orders.services.transitions import Note, checked_text, lock_order, move, write_event
from shop.common.money import ZERO, allocate, format_money
from shop.common.unit import transactional


@transactional
def cancel_rest(*, order_id: int, why: str = "", actor_id: int | None = None) -> Order:
    """Nothing more of this order will be sent. What was paid for the rest goes back, without shipping.

    `why`, in somebody's own words, stands in the timeline for staff. Raises NotCancellable unless a part
    was sent and all of it is paid.
    """
    why = checked_text(why, field="reason")
    order = lock_order(order_id)
    lines = list(order.lines.all())
    _check(order, lines)
    worth = rest_value(order, lines)
    uncommit_rest(order, actor_id=actor_id)
    _close_lines(order, lines)
    if worth > ZERO:
        open_refunds(order, amount=worth, reason="rest cancelled", actor_id=actor_id)
    message = _("The rest of the order was cancelled; %(worth)s go back") % {"worth": format_money(worth)}
    move(order, OrderStatus.SHIPPED, Note(kind="rest_cancelled", message=message, is_public=True, actor_id=actor_id))
    if why:
        write_event(order, Note(kind="note", message=why, actor_id=actor_id))
    return order


def is_rest_cancellable(order: Order) -> bool:
    """Whether a part of the order was sent and the rest was not, and everything is paid."""
    return order.fulfilment_status == FulfilmentStatus.PARTIAL and order.status == OrderStatus.PROCESSING


def rest_value(order: Order, lines: Sequence[OrderLine]) -> Decimal:
    """What was paid for the units that are still open, with their tax, and has not gone back yet."""
    worth = sum((_open_share(order, line) for line in lines), ZERO)
    return min(worth, max(ZERO, refundable(order)))


def _open_share(order: Order, line: OrderLine) -> Decimal:
    paid = line.line_total if order.prices_include_tax else line.line_total + line.tax
    weights = [Decimal(line.quantity - line.open_quantity), Decimal(line.open_quantity)]
    return allocate(paid, weights, order.currency)[1]


def _check(order: Order, lines: Sequence[OrderLine]) -> None:
    sent_in_part = any(line.shipped_quantity for line in lines) and any(line.open_quantity for line in lines)
    if not (is_rest_cancellable(order) and sent_in_part):
        raise NotCancellable
    if order.captured < order.total:
        raise NotCancellable(_("Record the payment first: what was paid for the rest has to go back."))


def _close_lines(order: Order, lines: Sequence[OrderLine]) -> None:
    for line in lines:
        line.cancelled_quantity += line.open_quantity
    OrderLine.objects.bulk_update(lines, ["cancelled_quantity"])
    order.fulfilment_status = FulfilmentStatus.FULFILLED
    order.save(update_fields=["fulfilment_status"])
