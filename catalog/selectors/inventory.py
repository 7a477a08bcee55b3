"""Stock as those who keep it see it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import F, IntegerField, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from catalog.models import Stock, StockHold, StockMovement
from catalog.selectors.stock import live_holds


@dataclass(frozen=True, kw_only=True)
class InventoryQuery:
    """`search` is a SKU or barcode from its start, or a part of the name."""

    search: str = ""
    product_id: int | None = None
    low: bool | None = None


def inventory(query: InventoryQuery | None = None) -> QuerySet[Any, Any]:
    """Stock of every variant that was not archived, with `live_held` and `low_from`."""
    query = query or InventoryQuery()
    holds = StockHold.objects.filter(live_holds(), variant=OuterRef("pk")).order_by().values("variant")
    held = Subquery(holds.annotate(units=Sum("quantity")).values("units"), output_field=IntegerField())
    rows = Stock.objects.filter(variant__archived_at=None).select_related("variant__product")
    rows = rows.annotate(
        live_held=Coalesce(held, 0), low_from=Coalesce("low_at", Value(settings.SHOP_LOW_STOCK))
    ).order_by("pk")
    if query.product_id is not None:
        rows = rows.filter(variant__product=query.product_id)
    if query.search:
        rows = rows.filter(_named(query.search))
    if query.low is not None:
        low = Q(tracked=True, allow_backorder=False, on_hand__lte=F("committed") + F("low_from"))
        rows = rows.filter(low) if query.low else rows.exclude(low)
    return rows


def find_stock(variant_id: int) -> Any:
    """The stock of one variant as `inventory` shows it; None where there is none."""
    return inventory().filter(pk=variant_id).first()


def movements(variant_id: int) -> QuerySet[StockMovement]:
    """The ledger of one variant, newest first."""
    return StockMovement.objects.filter(variant=variant_id).select_related("actor").order_by("-id")


def _named(text: str) -> Q:
    code = Q(variant__sku__istartswith=text) | Q(variant__barcode__startswith=text)
    return code | Q(variant__product__name__icontains=text)
