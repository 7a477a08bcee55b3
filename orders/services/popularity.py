"""How often products were bought lately, counted anew: what lists are ordered by."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import F, Sum
from django.utils import timezone

from catalog.models import Product
from catalog.services.count_sales import set_sales
from orders.models import OrderLine, OrderStatus
from shop.common.unit import run_in_transaction

LATELY = timedelta(days=365)
BATCH = 500
VOID = (OrderStatus.CANCELLED, OrderStatus.REFUNDED)


def recount_popularity() -> int:
    """Count the units of the last year, a few products a unit. Returns how many products had another number."""
    sold = _units_sold()
    counted = dict(Product.objects.filter(popularity__gt=0).values_list("pk", "popularity"))
    wrong = {pk: sold.get(pk, 0) for pk in sold.keys() | counted.keys() if sold.get(pk, 0) != counted.get(pk, 0)}
    ids = sorted(wrong)
    for start in range(0, len(ids), BATCH):
        batch = {pk: wrong[pk] for pk in ids[start : start + BATCH]}
        run_in_transaction(lambda batch=batch: set_sales(batch))  # type: ignore[misc]
    return len(wrong)


def _units_sold() -> dict[int, int]:
    lines = OrderLine.objects.filter(order__placed_at__gte=timezone.now() - LATELY, product__isnull=False)
    units = Sum(F("quantity") - F("cancelled_quantity"))
    return dict(lines.exclude(order__status__in=VOID).values_list("product_id").annotate(units=units))
