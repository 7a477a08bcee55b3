"""Sending an order, whole or in parts, and hearing that it arrived."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.services.checks import checked
from catalog.services.commitments import Units, ship_units
from orders.gateways.registry import method_by_code
from orders.models import FulfilmentStatus, Order, OrderLine, OrderStatus, Shipment, ShipmentLine
from orders.services.mails import queue_shipped
from orders.services.refunds import refundable
from orders.services.transitions import InvalidTransition, Note, can_move, lock_order, move, write_event
from shop.common.errors import Conflict, InvalidInput
from shop.common.money import ZERO
from shop.common.unit import transactional

LABELS = ("carrier", "tracking_number", "tracking_url")


class NotPaid(Conflict):
    code = "not_paid"
    default_message = _("This order is not paid yet.")


class BeingRefunded(Conflict):
    code = "being_refunded"
    default_message = _("The whole payment is on its way back to the customer. Nothing can be sent any more.")


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """What leaves. `quantities` by the line's public id; None sends all that is still open."""

    order_id: int
    quantities: Mapping[str, int] | None = None
    carrier: str = ""
    tracking_number: str = ""
    tracking_url: str = ""
    actor_id: int | None = None


@transactional
def ship_order(parcel: Parcel) -> Shipment:
    """Book a parcel: units leave the shelf, the customer is told.

    Raises InvalidTransition for orders that may not be sent, BeingRefunded, InvalidInput for quantities
    beyond what is open and for labels that cannot be kept, NotOnShelf when fewer are on hand.
    """
    labels = checked(Shipment, {name: getattr(parcel, name) for name in LABELS})
    order = lock_order(parcel.order_id)
    _check_shippable(order)
    lines = list(order.lines.all())
    quantities = _quantities(lines, parcel)
    ship_units(_units(order, lines, quantities, parcel.actor_id))
    shipment = Shipment.objects.create(order=order, actor_id=parcel.actor_id, **labels)
    _write_lines(shipment, lines, quantities)
    _follow(order, lines, shipment, parcel)
    queue_shipped(order, shipment)
    return shipment


@transactional
def mark_delivered(*, order_id: int, actor_id: int | None = None) -> Order:
    """The order arrived. Raises InvalidTransition."""
    order = lock_order(order_id)
    note = Note(kind="delivered", message=_("Delivered"), is_public=True, actor_id=actor_id)
    if order.promised_to is not None:
        order.promise_kept = timezone.localdate() <= order.promised_to
        order.save(update_fields=["promise_kept"])
    move(order, OrderStatus.DELIVERED, note)
    order.shipments.filter(delivered_at=None).update(delivered_at=timezone.now())
    return order


@transactional
def mark_processing(*, order_id: int, actor_id: int | None = None) -> Order:
    """The order is being prepared. Raises InvalidTransition, NotPaid where a card was to be charged first."""
    order = lock_order(order_id)
    if can_move(order, OrderStatus.PROCESSING) and not may_be_prepared(order):
        raise NotPaid
    note = Note(kind="processing", message=_("We are preparing your order"), is_public=True, actor_id=actor_id)
    move(order, OrderStatus.PROCESSING, note)
    return order


def may_be_prepared(order: Order) -> bool:
    """Whether the order may be worked on now: paid, or to be paid later by hand."""
    method = method_by_code(order.payment_method)
    paid = order.status != OrderStatus.PENDING
    return can_move(order, OrderStatus.PROCESSING) and (paid or (method is not None and method.settles_later))


def is_shippable(order: Order) -> bool:
    """Whether a parcel may leave."""
    return can_move(order, OrderStatus.SHIPPED) and not _is_being_refunded(order)


def _check_shippable(order: Order) -> None:
    if not can_move(order, OrderStatus.SHIPPED):
        raise InvalidTransition
    if _is_being_refunded(order):
        raise BeingRefunded


def _is_being_refunded(order: Order) -> bool:
    return order.captured > ZERO and refundable(order) <= ZERO


def _quantities(lines: list[OrderLine], parcel: Parcel) -> dict[int, int]:
    """Units to send by line key, checked against what is open."""
    asked = parcel.quantities
    if asked is None:
        asked = {line.public_id: line.open_quantity for line in lines}
    elif set(asked).difference(line.public_id for line in lines):
        raise InvalidInput(_("One of these lines is not of this order."), field="quantities")
    wanted = {line.pk: asked.get(line.public_id, 0) for line in lines}
    for line in lines:
        if not 0 <= wanted[line.pk] <= line.open_quantity:
            raise InvalidInput(
                _("Of %(name)s, %(open)d are still to be sent.") % {"name": line.name, "open": line.open_quantity},
                field="quantities",
            )
    if not any(wanted.values()):
        raise InvalidInput(_("There is nothing in this shipment."), field="quantities")
    return {key: quantity for key, quantity in wanted.items() if quantity}


def _units(order: Order, lines: list[OrderLine], quantities: dict[int, int], actor_id: int | None) -> list[Units]:
    return [
        Units(variant_id=line.variant_id, quantity=quantities[line.pk], reference=order.number, actor_id=actor_id)
        for line in lines
        if line.pk in quantities and line.variant_id is not None
    ]


def _write_lines(shipment: Shipment, lines: list[OrderLine], quantities: dict[int, int]) -> None:
    ShipmentLine.objects.bulk_create(
        [ShipmentLine(shipment=shipment, line_id=key, quantity=quantity) for key, quantity in quantities.items()]
    )
    for line in lines:
        line.shipped_quantity += quantities.get(line.pk, 0)
    OrderLine.objects.bulk_update(lines, ["shipped_quantity"])


def _follow(order: Order, lines: list[OrderLine], shipment: Shipment, parcel: Parcel) -> None:
    """The order's status follows its parcels."""
    whole = not any(line.open_quantity for line in lines)
    order.fulfilment_status = FulfilmentStatus.FULFILLED if whole else FulfilmentStatus.PARTIAL
    order.save(update_fields=["fulfilment_status"])
    message = _("Your order is on its way") if whole else _("A part of your order is on its way")
    note = Note(
        kind="shipped",
        message=message,
        is_public=True,
        actor_id=parcel.actor_id,
        data={"shipment": shipment.public_id, "tracking_number": shipment.tracking_number},
    )
    if whole:
        move(order, OrderStatus.SHIPPED, note)
    elif order.status == OrderStatus.PAID:
        move(order, OrderStatus.PROCESSING, note)
    else:
        write_event(order, note)
