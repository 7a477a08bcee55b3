"""The history of prices: a reduction must show the lowest price of the 30 days before it."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils import timezone

from catalog.models import PriceHistory, Variant


def record_prices(variants: Iterable[Variant]) -> None:
    """A step: note the price these variants have from now on."""
    now = timezone.now()
    PriceHistory.objects.bulk_create([PriceHistory(variant=v, price=v.price, since=now) for v in variants])
