"""What must stand beside a price: the lowest of the 30 days before a reduction, and the price of a kilo or litre."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from catalog.models import PriceHistory, Variant

DAYS = timedelta(days=30)
MOST_ROWS = 50
Row = tuple[Decimal, datetime]
# What is named per: a thousandth or hundredth of the unit that people compare.
WHOLE_UNITS = {"g": ("kg", 1000), "ml": ("l", 1000), "cl": ("l", 100), "cm": ("m", 100), "mm": ("m", 1000)}


@dataclass(frozen=True, kw_only=True)
class UnitPrice:
    price: Decimal
    unit: str


def lowest_before(variant: Variant) -> Decimal | None:
    """The lowest price of the 30 days before today's began (EU 2019/2161); None where none is known. One query.

    As long as the price stays, so does this: pages read it from the variant, where `change_price` notes it.
    """
    history = PriceHistory.objects.filter(variant=variant).order_by("-since", "-id")
    return lowest_in(list(history.values_list("price", "since")[:MOST_ROWS]), variant.price)


def lowest_in(rows: Sequence[Row], price: Decimal) -> Decimal | None:
    """The same of a history, the newest price first."""
    run = _latest_run(rows, price)
    if not run:
        return None
    began = run[-1][1]
    before = [(price, since) for price, since in rows if since < began]
    within = [price for price, since in before if since > began - DAYS]
    at_start = [price for price, since in before if since <= began - DAYS][:1]
    return min([*within, *at_start], default=None)


def unit_price(variant: Variant) -> UnitPrice | None:
    """What a kilo, a litre or another unit of it costs; None where its content is not known."""
    if not variant.unit_amount or not variant.unit_measure:
        return None
    unit, parts = WHOLE_UNITS.get(variant.unit_measure.strip().lower(), (variant.unit_measure.strip(), 1))
    return UnitPrice(price=variant.price * parts / variant.unit_amount, unit=unit)


def _latest_run(rows: Sequence[Row], price: Decimal) -> list[Row]:
    """The newest rows, as long as they say today's price."""
    run: list[Row] = []
    for row in rows:
        if row[0] != price:
            break
        run.append(row)
    return run
