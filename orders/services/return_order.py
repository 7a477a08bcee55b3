"""What was sent comes back: units, what was paid for them, and the shipping if staff say so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.services.commitments import Units, return_units
from orders.models import (
    FulfilmentStatus,
    Order,
    OrderLine,
    Refund,
    RefundLine,
    Return,
    ReturnLine,
    ReturnStatus,
)
from orders.services.refund_to_card import refund_to_card_step
from orders.services.refunds import check_shipping, open_refunds, refundable
from orders.services.transitions import Note, checked_text, lock_order, write_event
from shop.common.errors import InvalidInput
from shop.common.money import ZERO, format_money, round_money
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class CameBack:
    """Of a line: how many units, and whether they go back on the shelf."""

    quantity: int
    restock: bool = True


@dataclass(frozen=True, kw_only=True)
class ReturnOrder:
    """`lines` by the line's public id. `shipping` is how much of the shipping, with its tax, goes back too.

    With `refunds` False nothing is paid back, for goods that are exchanged; with `to_gift_card` it is a new card.
    """

    order_id: int
    lines: Mapping[str, CameBack]
    shipping: Decimal = ZERO
    refunds: bool = True
    to_gift_card: bool = False
    reason: str = ""
    actor_id: int | None = None


@transactional
def return_order(back: ReturnOrder) -> Return:
    """Book what came back, and pay back what was paid for it, by the way it came. An open request is settled by it.

    Raises InvalidInput for more units than were sent and are not back yet, for more shipping than was
    paid, and for more money than is here.
    """
    reason = checked_text(back.reason, field="reason")
    order = lock_order(back.order_id)
    lines = _lines(order, back)
    amounts = {line.pk: paid_for(order, line, back.lines[line.public_id].quantity) for line in lines}
    if back.refunds:
        _refund(order, back, lines, amounts)
    arrived = _book(order, back, lines, reason)
    return_units(_units(order, back, lines))
    return arrived


def paid_for(order: Order, line: OrderLine, units: int) -> Decimal:
    """What was paid for the next `units` of a line, with tax: all its units together make exactly the line."""
    paid = line.line_total if order.prices_include_tax else line.line_total + line.tax
    return _part(paid, line.returned_quantity + units, line, order) - _part(paid, line.returned_quantity, line, order)


def returnable(line: OrderLine) -> int:
    """Units that were sent and are not back."""
    return line.shipped_quantity - line.returned_quantity


def most_back(line: OrderLine) -> str:
    """How many of the line can come back, in words: for who asks for more."""
    most = returnable(line)
    said = _("Of %(name)s, %(most)d can come back.") if most else _("Nothing of %(name)s can come back any more.")
    return str(said % {"name": line.name, "most": most})


def open_return(order: Order) -> Return | None:
    """What the customer asked for and is not settled yet; `returns` may be prefetched."""
    return next((asked for asked in order.returns.all() if asked.is_open), None)


def is_returnable(order: Order) -> bool:
    return any(returnable(line) for line in order.lines.all())


def _part(paid: Decimal, units: int, line: OrderLine, order: Order) -> Decimal:
    return round_money(paid * units / line.quantity, order.currency)


def _lines(order: Order, back: ReturnOrder) -> list[OrderLine]:
    own = {line.public_id: line for line in order.lines.select_for_update().order_by("pk")}
    if set(back.lines).difference(own):
        raise InvalidInput(_("One of these lines is not of this order."), field="lines")
    for public_id, came in back.lines.items():
        line = own[public_id]
        if not 0 < came.quantity <= returnable(line):
            raise InvalidInput(most_back(line), field="lines")
    if not back.lines:
        raise InvalidInput(_("Please say what came back."), field="lines")
    return [line for public_id, line in own.items() if public_id in back.lines]


def _refund(order: Order, back: ReturnOrder, lines: Sequence[OrderLine], amounts: Mapping[int, Decimal]) -> None:
    check_shipping(order, back.shipping)
    amount = sum(amounts.values(), back.shipping)
    here = refundable(order)
    if amount > here:
        message = _("Only %(here)s of this order's money is here.") % {"here": format_money(here, order.currency)}
        raise InvalidInput(message, field="lines")
    if amount > ZERO:
        give = refund_to_card_step if back.to_gift_card else open_refunds
        explain = partial(_explain, back=back, lines=lines, amounts=amounts)
        give(order, amount=amount, reason=back.reason or "returned", actor_id=back.actor_id, explain=explain)


def _explain(refund: Refund, back: ReturnOrder, lines: Sequence[OrderLine], amounts: Mapping[int, Decimal]) -> None:
    """What a refund is for stands on its first row, where it was spread over several payments."""
    refund.shipping_amount = back.shipping
    refund.save(update_fields=["shipping_amount"])
    RefundLine.objects.bulk_create(
        [
            RefundLine(
                refund=refund,
                line=line,
                quantity=back.lines[line.public_id].quantity,
                amount=amounts[line.pk],
                restocked=back.lines[line.public_id].restock,
            )
            for line in lines
        ]
    )


def _book(order: Order, back: ReturnOrder, lines: Sequence[OrderLine], reason: str) -> Return:
    arrived = _received(order, back, reason)
    for line in lines:
        came = back.lines[line.public_id]
        ReturnLine.objects.create(parent=arrived, line=line, quantity=came.quantity, restock=came.restock)
        line.returned_quantity += came.quantity
    OrderLine.objects.bulk_update(lines, ["returned_quantity"])
    if not any(line.open_quantity or returnable(line) for line in order.lines.all()):
        order.fulfilment_status = FulfilmentStatus.RETURNED
        order.save(update_fields=["fulfilment_status"])
    units = sum(came.quantity for came in back.lines.values())
    message = _("%(count)d returned") % {"count": units}
    write_event(order, Note(kind="returned", message=message, is_public=True, actor_id=back.actor_id))
    return arrived


def _received(order: Order, back: ReturnOrder, reason: str) -> Return:
    """The customer's request, if there is one: what came counts, whatever was announced. Else a return of its own."""
    arrived = open_return(order) or Return(order=order, reason=reason)
    arrived.status, arrived.received_at, arrived.actor_id = ReturnStatus.RECEIVED, timezone.now(), back.actor_id
    arrived.save()
    arrived.lines.all().delete()
    return arrived


def _units(order: Order, back: ReturnOrder, lines: Sequence[OrderLine]) -> list[Units]:
    return [
        Units(
            variant_id=line.variant_id,
            quantity=back.lines[line.public_id].quantity,
            reference=order.number,
            actor_id=back.actor_id,
        )
        for line in lines
        if line.variant_id is not None and back.lines[line.public_id].restock
    ]
