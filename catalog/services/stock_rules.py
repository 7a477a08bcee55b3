"""How a variant's stock is counted: whether at all, beyond zero, and from when it is low.

The counters themselves are changed in stock.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from catalog.models import Stock
from catalog.services.checks import checked
from catalog.services.inputs import VariantFields
from catalog.services.stock import StockCommitted, lock_stock, stock_line
from shop.common.errors import NotFound

RULES = ("tracked", "allow_backorder", "low_at")


def rules_in(fields: VariantFields) -> dict[str, Any]:
    """The part of a variant's fields that says how its stock is counted."""
    return {key: value for key, value in fields.items() if key in RULES}


def write_stock_rules(variant_id: int, rules: Mapping[str, Any]) -> bool:
    """A step: set the rules of one variant's stock. True when that changed something.

    Raises StockCommitted when units promised beyond the shelf would have to be there from now on.
    """
    values = checked(Stock, rules)
    stock = lock_stock([variant_id]).get(variant_id)
    if stock is None:
        raise NotFound
    different = {key: value for key, value in values.items() if getattr(stock, key) != value}
    for key, value in different.items():
        setattr(stock, key, value)
    if not stock.is_unlimited and stock.available < 0:
        needed = stock.held + stock.committed
        raise StockCommitted(
            _("%(needed)d are in carts or ordered. Book in what is missing before you count this stock strictly.")
            % {"needed": needed},
            line=stock_line(stock, requested=needed, available=stock.on_hand),
            field="tracked",
        )
    if different:
        Stock.objects.filter(pk=variant_id).update(**different, edit_version=F("edit_version") + 1)
    return bool(different)
