"""Whether units may be kept, since when they count as kept, and for how long. Nothing here writes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from django.conf import settings
from django.db.models import Sum

from catalog.models import Stock, StockHold
from catalog.selectors.stock import hold_length, live_holds, longest_hold


@dataclass(frozen=True, kw_only=True)
class HoldRequest:
    """Keep `quantity` units in all of a variant for the cart `owner`; `reference` is its line.

    `client_address` counts against SHOP_GUEST_HOLDS_PER_IP where `is_guest`; "" does not count.
    """

    owner: str
    reference: str
    variant_id: int
    quantity: int
    is_guest: bool = True
    client_address: str = ""


@dataclass(frozen=True, kw_only=True)
class HoldRefusal:
    """Why units could not be kept; `available` is what this cart could have in all.

    `reason` is "stock" (not enough), "pause" (kept long enough, others want it) or "address".
    """

    request: HoldRequest
    available: int
    reason: Literal["stock", "pause", "address"]


@dataclass(frozen=True, kw_only=True)
class HoldGrant:
    """`more` units go to `own`, the hold there is so far, or into a new one."""

    request: HoldRequest
    own: StockHold | None
    more: int
    started_at: datetime
    expires_at: datetime


class AddressBudget:
    """How much guests of one address may still keep; counts what is granted on the way."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._kept: dict[str, int] = {}

    def take(self, request: HoldRequest, units: int) -> bool:
        """Whether `units` more are within SHOP_GUEST_HOLDS_PER_IP; if so they are counted."""
        if units <= 0 or not (request.is_guest and request.client_address and settings.SHOP_RATE_LIMITS_ENABLED):
            return True
        address = request.client_address
        kept = self._kept.get(address)
        if kept is None:
            kept = _kept_by_guests_of(address, self._now)
        within: bool = kept + units <= settings.SHOP_GUEST_HOLDS_PER_IP
        self._kept[address] = kept + units if within else kept
        return within


def decide(
    request: HoldRequest, own: StockHold | None, stock: Stock, now: datetime, budget: AddressBudget
) -> HoldGrant | HoldRefusal:
    """Grant or refuse a request. The stock row is locked, so what it says stays true."""
    kept = own.quantity if own else 0
    more = request.quantity - kept
    started = kept_since(own, stock, now)
    if own and started + longest_hold() <= now:
        return HoldRefusal(request=request, available=0, reason="pause")
    if not stock.is_unlimited:
        if more > 0 and stock.available < more:
            return HoldRefusal(request=request, available=kept + max(0, stock.available), reason="stock")
        if not budget.take(request, request.quantity - (kept if own and is_live(own, now) else 0)):
            return HoldRefusal(request=request, available=kept, reason="address")
    return HoldGrant(
        request=request,
        own=own,
        more=more,
        started_at=started,
        expires_at=min(now + hold_length(), started + longest_hold()),
    )


def kept_since(own: StockHold | None, stock: Stock, now: datetime) -> datetime:
    """Since when the cart has kept this. Short gaps do not make it young again while others want it."""
    if own is None:
        return now
    if is_live(own, now):
        return own.started_at
    ended = own.ended_at or own.expires_at
    rested = now >= ended + timedelta(minutes=settings.SHOP_HOLD_PAUSE_MINUTES)
    wanted = stock.refused_at >= own.started_at
    return own.started_at if wanted and not rested else now


def is_live(hold: StockHold, now: datetime) -> bool:
    return hold.quantity > 0 and hold.expires_at > now


def _kept_by_guests_of(address: str, now: datetime) -> int:
    """Only counted goods: keeping what there is no end of takes nothing from others."""
    holds = StockHold.objects.filter(live_holds(now), client_address=address, is_guest=True)
    scarce = holds.filter(variant__stock__tracked=True, variant__stock__allow_backorder=False)
    units: int | None = scarce.aggregate(units=Sum("quantity"))["units"]
    return units or 0
