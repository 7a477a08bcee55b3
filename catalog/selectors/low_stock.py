"""What runs out: variants that are counted and of which few are left to sell."""

from __future__ import annotations

from django.conf import settings
from django.db.models import F, QuerySet, Value
from django.db.models.functions import Coalesce

from catalog.models import ProductStatus, Stock


def low_stock() -> QuerySet[Stock]:
    """Stock of variants for sale, fewest first, with variant and product; `left` is what nobody has ordered.

    What merely lies in carts counts as there, as it does in lists.
    """
    for_sale = {
        "variant__is_active": True,
        "variant__archived_at": None,
        "variant__product__status": ProductStatus.ACTIVE,
    }
    counted = Stock.objects.filter(tracked=True, allow_backorder=False, **for_sale)
    left = counted.annotate(left=F("on_hand") - F("committed"))
    low = left.filter(left__lte=Coalesce(F("low_at"), Value(settings.SHOP_LOW_STOCK)))
    return low.select_related("variant__product").order_by("left", "pk")
