"""What can be bought now. Only live holds count: one that has ended blocks nobody."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q, Sum, Value
from django.utils import timezone

from catalog.models import Stock, StockHold


@dataclass(frozen=True, kw_only=True)
class Availability:
    """`quantity` is what this shopper can have; with `unlimited` more can be ordered than there is.

    `sellable` is what nobody has ordered yet, whether it lies in carts or not.
    """

    variant_id: int
    quantity: int
    unlimited: bool
    sellable: int = 0

    def covers(self, wanted: int) -> bool:
        return self.unlimited or self.quantity >= wanted

    @property
    def is_available(self) -> bool:
        return self.covers(1)

    @property
    def is_merely_held(self) -> bool:
        """Nothing to be had now, but only because others have it in their carts."""
        return not self.is_available and self.sellable > 0


def hold_length() -> timedelta:
    """For how long units are kept at a time."""
    return timedelta(minutes=settings.SHOP_HOLD_MINUTES)


def longest_hold() -> timedelta:
    """How old a hold can get by being renewed."""
    return timedelta(minutes=settings.SHOP_HOLD_LONGEST_MINUTES)


def live_holds(now: datetime | Value | None = None) -> Q:
    """The condition for holds that still keep units."""
    return Q(quantity__gt=0, expires_at__gt=now or timezone.now())


def availability(variant_ids: Iterable[int], *, owner: str = "") -> dict[int, Availability]:
    """Availability of each variant, for the cart `owner` (whose own holds do not block it). Two queries."""
    ids = list(variant_ids)
    held = (
        StockHold.objects.filter(live_holds(), variant_id__in=ids)
        .exclude(owner=owner)
        .values_list("variant_id")
        .annotate(units=Sum("quantity"))
    )
    held_by_others = dict(held)
    stocks = {stock.variant_id: stock for stock in Stock.objects.filter(variant_id__in=ids)}
    return {pk: _available(pk, stocks.get(pk), held_by_others.get(pk, 0)) for pk in ids}


def _available(variant_id: int, stock: Stock | None, held_by_others: int) -> Availability:
    if stock is None:
        return Availability(variant_id=variant_id, quantity=0, unlimited=False)
    sellable = max(0, stock.on_hand - stock.committed)
    return Availability(
        variant_id=variant_id,
        quantity=max(0, sellable - held_by_others),
        unlimited=stock.is_unlimited,
        sellable=sellable,
    )
