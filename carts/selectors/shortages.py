"""Naming what there is not enough of, and why."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from catalog.models import Variant
from catalog.selectors.stock import availability
from shop.common.errors import InsufficientStock, Shortage


def shortage_of(variant_id: int, requested: int, available: int) -> Shortage:
    """The shortage of a variant, with its SKU and name for people."""
    variant = Variant.objects.select_related("product").get(pk=variant_id)
    return Shortage(variant_id=variant_id, sku=variant.sku, name=str(variant), requested=requested, available=available)


def insufficient_stock(shortages: Sequence[Shortage], *, in_bag: int = 0) -> InsufficientStock:
    """The error that names these shortages. `in_bag` is what the cart has of a single one already."""
    return InsufficientStock(shortages, _message(shortages[0], in_bag) if len(shortages) == 1 else None)


def _message(short: Shortage, in_bag: int) -> str | Promise | None:
    words = {"name": short.name, "count": short.available, "mine": in_bag}
    if 0 < short.available <= in_bag:
        return _("All %(count)d there are of %(name)s are in your bag already.") % words
    if in_bag and short.available > 0:
        return _("Only %(count)d of %(name)s left, and %(mine)d of them are in your bag already.") % words
    if short.available < 1 and availability([short.variant_id])[short.variant_id].is_merely_held:
        return _("Others have the last of %(name)s in their bags just now. Some may be free again soon.") % words
    return None
