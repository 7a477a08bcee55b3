"""Ways of delivery and what they cost for a cart. Few rows: read whole, chosen in Python."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.conf import settings
from django.utils import timezone

from carts.models import Holiday, RateBasis, ShippingMethod, ShippingRate, ZoneArea
from carts.pricing.delivery import DispatchRules, delivery_window
from shop.common.countries import country_choices

EVERYWHERE = "*"
DAYS = "0123456"


@dataclass(frozen=True, kw_only=True)
class Parcel:
    """Where it goes and what is in it: `weight` in grams, `value` of the goods, number of things."""

    country: str
    postcode: str
    weight: int
    value: Decimal
    count: int
    requires_shipping: bool = True


@dataclass(frozen=True, kw_only=True)
class ShippingOption:
    code: str
    name: str
    description: str
    price: Decimal
    tax_class: str
    is_pickup: bool
    delivery_from: date | None
    delivery_to: date | None


def shipping_options(parcel: Parcel) -> list[ShippingOption]:
    """The methods that reach the parcel's destination, in the shop's order. Four queries."""
    zone_id = _zone_of(parcel)
    if zone_id is None:
        return []
    holidays = set(Holiday.objects.filter(date__gte=timezone.localdate()).values_list("date", flat=True))
    methods = ShippingMethod.objects.filter(is_active=True).prefetch_related("rates")
    options = (_option(method, zone_id, parcel, holidays) for method in methods)
    return [option for option in options if option is not None]


def countries() -> list[tuple[str, str]]:
    """Where the shop sends to: (code, name) in the page's language, the shop's own country first."""
    codes = set(ZoneArea.objects.values_list("country", flat=True))
    reached = [(code, name) for code, name in country_choices() if EVERYWHERE in codes or code in codes]
    return sorted(reached, key=lambda item: item[0] != settings.SHOP_COUNTRY)


def _zone_of(parcel: Parcel) -> int | None:
    """The zone of the most exact area: longest postcode prefix, then country, then everywhere."""
    postcode = parcel.postcode.replace(" ", "").upper()
    fitting = [
        area
        for area in ZoneArea.objects.filter(country__in=[parcel.country, EVERYWHERE])
        if postcode.startswith(area.postcode_prefix.replace(" ", "").upper())
    ]
    best = max(fitting, key=lambda a: (a.country != EVERYWHERE, len(a.postcode_prefix)), default=None)
    return best.zone_id if best else None


def _option(method: ShippingMethod, zone_id: int, parcel: Parcel, holidays: set[date]) -> ShippingOption | None:
    rates = [rate for rate in method.rates.all() if rate.zone_id == zone_id]
    price = _price(method, rates, parcel)
    if price is None:
        return None
    window = delivery_window(
        timezone.localtime(),
        rules=DispatchRules(
            weekdays=frozenset(DAYS.index(day) for day in method.weekdays if day in DAYS),
            cutoff=method.cutoff,
            holidays=holidays,
        ),
        days_min=method.days_min,
        days_max=method.days_max,
    )
    return ShippingOption(
        code=method.code,
        name=method.name,
        description=method.description,
        price=price,
        tax_class=method.tax_class,
        is_pickup=method.is_pickup,
        delivery_from=window.earliest if window else None,
        delivery_to=window.latest if window else None,
    )


def _price(method: ShippingMethod, rates: Sequence[ShippingRate], parcel: Parcel) -> Decimal | None:
    """The rate with the highest threshold that the parcel reaches; None when the method does not go there."""
    measure = {
        RateBasis.FLAT: Decimal(0),
        RateBasis.WEIGHT: Decimal(parcel.weight),
        RateBasis.PRICE: parcel.value,
        RateBasis.COUNT: Decimal(parcel.count),
    }[RateBasis(method.basis)]
    reached = [rate for rate in rates if rate.at_least <= measure]
    if not reached:
        return None
    if not parcel.requires_shipping or (method.free_from is not None and parcel.value >= method.free_from):
        return Decimal(0)
    return max(reached, key=lambda rate: rate.at_least).price
