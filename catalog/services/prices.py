"""The history of prices: a reduction must show the lowest price of the 30 days before it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from catalog.models import PriceHistory, Variant
from catalog.selectors.price_facts import lowest_before


def record_prices(variants: Iterable[Variant]) -> None:
    """A step: note the price these variants have from now on."""
    now = timezone.now()
    PriceHistory.objects.bulk_create([PriceHistory(variant=v, price=v.price, since=now) for v in variants])


def change_price(variant: Variant) -> None:
    """A step: the same for a variant that had another price, and what a reduction must show beside the new one."""
    record_prices([variant])
    variant.lowest_before = lowest_before(variant)
    Variant.objects.filter(pk=variant.pk).update(lowest_before=variant.lowest_before)
