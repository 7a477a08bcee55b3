"""Tax rates of a destination."""

from __future__ import annotations

from decimal import Decimal

from carts.models import TaxRate


def tax_percents(*, country: str, region: str = "") -> dict[str, Decimal]:
    """Percent by tax class for a country, a region's own rate before the country's. One query."""
    rates = TaxRate.objects.filter(country=country, region__in=["", region]).select_related("tax_class")
    by_class: dict[str, Decimal] = {}
    for rate in sorted(rates, key=lambda rate: len(rate.region)):
        by_class[rate.tax_class.code] = rate.percent
    return by_class
