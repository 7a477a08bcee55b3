"""The only place where an order's status moves. Each move writes the timeline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models import Order, OrderEvent, OrderStatus
from orders.services.events import emit_order
from shop.common.errors import Conflict, InvalidInput, NotFound

MOVES: dict[OrderStatus, frozenset[OrderStatus]] = {
    OrderStatus.PENDING: frozenset({OrderStatus.PAID, OrderStatus.PROCESSING, OrderStatus.CANCELLED}),
    OrderStatus.PAID: frozenset(
        {OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.CANCELLED, OrderStatus.REFUNDED}
    ),
    OrderStatus.PROCESSING: frozenset({OrderStatus.SHIPPED, OrderStatus.CANCELLED, OrderStatus.REFUNDED}),
    OrderStatus.SHIPPED: frozenset({OrderStatus.DELIVERED, OrderStatus.REFUNDED}),
    OrderStatus.DELIVERED: frozenset({OrderStatus.REFUNDED}),
    OrderStatus.CANCELLED: frozenset(),
    OrderStatus.REFUNDED: frozenset(),
}

# When a status was reached stands on the order as well, for lists and reports.
STAMPS = {
    OrderStatus.PAID: "paid_at",
    OrderStatus.SHIPPED: "shipped_at",
    OrderStatus.DELIVERED: "delivered_at",
    OrderStatus.CANCELLED: "cancelled_at",
}


# Told by the move itself. A refund is told when it is booked: most are of a part.
TOLD = frozenset({OrderStatus.PAID, OrderStatus.SHIPPED, OrderStatus.DELIVERED, OrderStatus.CANCELLED})
LONGEST_TEXT = 500


class InvalidTransition(Conflict):
    code = "invalid_transition"
    default_message = _("The order cannot go there from where it is.")


@dataclass(frozen=True, kw_only=True)
class Note:
    """An entry of the timeline: in plain words; `data` for machines; `actor_id` who did it."""

    kind: str
    message: Any
    is_public: bool = False
    actor_id: int | None = None
    data: dict[str, Any] = field(default_factory=dict)


def lock_order(order_id: int) -> Order:
    """A step: the order, locked. Raises NotFound."""
    order = Order.objects.select_for_update().filter(pk=order_id).first()
    if order is None:
        raise NotFound
    return order


def can_move(order: Order, to: OrderStatus) -> bool:
    return to in MOVES[OrderStatus(order.status)]


def move(order: Order, to: OrderStatus, note: Note) -> None:
    """A step, with the order locked: change its status and tell why. Raises InvalidTransition."""
    if not can_move(order, to):
        raise InvalidTransition(
            _("An order that is “%(now)s” cannot become “%(to)s”.")
            % {"now": order.get_status_display(), "to": to.label}
        )
    order.status = to
    changed = ["status", "updated_at"]
    if to in STAMPS:
        setattr(order, STAMPS[to], timezone.now())
        changed.append(STAMPS[to])
    order.updated_at = timezone.now()
    order.save(update_fields=changed)
    write_event(order, note)
    if to in TOLD:
        emit_order(order, f"order.{to}")


def checked_text(text: str, *, field: str) -> str:
    """What somebody wrote for the timeline, trimmed. Raises InvalidInput when it is too long."""
    text = text.strip()
    if len(text) > LONGEST_TEXT:
        raise InvalidInput(_("At most %(longest)d characters fit here.") % {"longest": LONGEST_TEXT}, field=field)
    return text


def write_event(order: Order, note: Note) -> OrderEvent:
    """A step: one more entry in the order's timeline."""
    return OrderEvent.objects.create(
        order=order,
        kind=note.kind,
        message=str(note.message)[:LONGEST_TEXT],
        is_public=note.is_public,
        data=note.data,
        actor_id=note.actor_id,
    )
