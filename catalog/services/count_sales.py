"""How often products are bought. Orders know it, the catalogue shows it."""

from __future__ import annotations

from collections.abc import Mapping

from catalog.models import Product
from catalog.services.changes import record_change


def set_sales(units: Mapping[int, int]) -> None:
    """A step: these products were bought so many times in all, by product id."""
    for product_id in sorted(units):
        Product.objects.filter(pk=product_id).update(popularity=units[product_id])
    record_change(units)
