"""Does stock keep exactly what live orders still have to send?"""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, Sum

from catalog.models import Stock
from catalog.selectors.stock_check import Mismatch, of_variants
from orders.models import OrderLine, OrderStatus

# Orders that will never send anything more keep nothing.
ENDED = (OrderStatus.CANCELLED, OrderStatus.REFUNDED)


def commitment_mismatches(variant_ids: Collection[int] | None = None) -> list[Mismatch]:
    """Variants whose `committed` is not the open units of live orders; of all variants or of some."""
    ordered = _open_units(variant_ids)
    kept = of_variants(Stock.objects.order_by(), variant_ids).values_list("variant_id", "committed")
    return [
        Mismatch(
            variant_id=variant_id,
            what="committed",
            found=committed,
            source="open orders",
            expected=str(ordered.get(variant_id, 0)),
        )
        for variant_id, committed in kept.iterator()
        if committed != ordered.get(variant_id, 0)
    ]


def _open_units(variant_ids: Collection[int] | None) -> dict[int, int]:
    lines = OrderLine.objects.order_by().exclude(order__status__in=ENDED)
    lines = lines.filter(variant__isnull=False, quantity__gt=F("shipped_quantity") + F("cancelled_quantity"))
    units = Sum(F("quantity") - F("shipped_quantity") - F("cancelled_quantity"))
    return dict(of_variants(lines, variant_ids).values_list("variant_id").annotate(units=units).iterator())
