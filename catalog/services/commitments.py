"""Units on their way through an order: ordered, shipped, cancelled, come back. Steps, inside the order's unit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import MovementKind, Stock, StockHold
from catalog.services.holds import HoldRefusal, HoldRequest, holds_of, lock_fresh_stock
from catalog.services.stock import StockChange, StockRefused, change_stock, lock_stock
from shop.common.errors import Conflict


@dataclass(frozen=True, kw_only=True)
class Units:
    """`quantity` units of a variant, for the order `reference`."""

    variant_id: int
    quantity: int
    reference: str
    actor_id: int | None = None


class NotOnShelf(Conflict):
    code = "not_on_shelf"
    default_message = _("Not everything in this shipment is on the shelf. Book the delivery in first.")


def commit_units(requests: Sequence[HoldRequest], *, reference: str) -> list[HoldRefusal]:
    """A step: turn what carts hold, and what is missing to it, into commitments of the order `reference`.

    All or nothing: with any refusal nothing is changed. A cart's own hold, ended or not, never blocks it.
    """
    stock = lock_fresh_stock(requests, now=timezone.now())
    own = holds_of(requests)
    changes, refusals = [], []
    for request in requests:
        hold = own.get((request.owner, request.variant_id))
        kept = hold.quantity if hold else 0
        row = stock[request.variant_id]
        if not row.is_unlimited and row.available + kept < request.quantity:
            refusals.append(HoldRefusal(request=request, available=max(0, row.available + kept), reason="stock"))
        changes.append(
            StockChange(
                variant_id=request.variant_id,
                kind=MovementKind.COMMIT,
                held=-kept,
                committed=request.quantity,
                reference=reference,
            )
        )
    if not refusals:
        change_stock(changes)
        StockHold.objects.filter(pk__in=[hold.pk for hold in own.values()]).delete()
    return refusals


def uncommit_units(units: Sequence[Units]) -> None:
    """A step: an order's units are free again."""
    change_stock(
        [
            StockChange(
                variant_id=unit.variant_id,
                kind=MovementKind.UNCOMMIT,
                committed=-unit.quantity,
                reference=unit.reference,
                actor_id=unit.actor_id,
            )
            for unit in units
        ]
    )


def ship_units(units: Sequence[Units]) -> None:
    """A step: units leave the shelf. Goods that are not counted only stop being committed.

    Raises NotOnShelf when fewer are on hand than are to be shipped, as with orders taken beyond stock.
    """
    stock = lock_stock(unit.variant_id for unit in units)
    try:
        change_stock([_shipped(unit, stock[unit.variant_id]) for unit in units])
    except StockRefused as refused:
        raise NotOnShelf from refused


def return_units(units: Sequence[Units]) -> None:
    """A step: shipped units came back and can be sold again. What is not counted stays uncounted."""
    stock = lock_stock(unit.variant_id for unit in units)
    change_stock([_returned(unit) for unit in units if stock[unit.variant_id].tracked])


def _returned(unit: Units) -> StockChange:
    return StockChange(
        variant_id=unit.variant_id,
        kind=MovementKind.RETURN,
        on_hand=unit.quantity,
        reference=unit.reference,
        actor_id=unit.actor_id,
    )


def _shipped(unit: Units, stock: Stock) -> StockChange:
    return StockChange(
        variant_id=unit.variant_id,
        kind=MovementKind.SHIP,
        on_hand=-unit.quantity if stock.tracked else 0,
        committed=-unit.quantity,
        reference=unit.reference,
        actor_id=unit.actor_id,
    )
