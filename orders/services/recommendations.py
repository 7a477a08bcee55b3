"""What goes together, from what was bought together; written through the catalogue."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import combinations, groupby
from math import sqrt
from operator import itemgetter

from django.db.models import F
from django.utils import timezone

from catalog.models import Product, ProductStatus
from catalog.selectors.recommendations import BOUGHT, SIMILAR
from catalog.services.recommend import store_recommendations
from catalog.services.similar_products import similar_products
from orders.models import OrderLine, OrderStatus

LATELY = timedelta(days=365)
# An order of hundreds of lines says little of what goes together, and has very many pairs.
MOST_LINES = 40
MOST = 12
VOID = (OrderStatus.CANCELLED, OrderStatus.REFUNDED)


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """How many products have other recommendations now."""

    bought: int
    similar: int


def rebuild_recommendations() -> Rebuilt:
    """Look at the orders of a year and at all goods, and write what changed."""
    return Rebuilt(
        bought=store_recommendations(BOUGHT, bought_together()),
        similar=store_recommendations(SIMILAR, similar_products()),
    )


def bought_together() -> dict[int, list[int]]:
    """For each product what was most often bought with it, best first.

    Counts alone would recommend the best sellers everywhere: a pair counts against how often each is bought at all.
    """
    alone: Counter[int] = Counter()
    pairs: Counter[tuple[int, int]] = Counter()
    for products in _baskets():
        alone.update(products)
        pairs.update(combinations(products, 2))
    scores: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for (one, other), times in pairs.items():
        score = times / sqrt(alone[one] * alone[other])
        scores[one].append((-score, other))
        scores[other].append((-score, one))
    return {pk: [other for _score, other in sorted(found)[:MOST]] for pk, found in scores.items()}


def _baskets() -> Iterator[list[int]]:
    """The products of each order, once each and in order of their ids; only what is in the shop."""
    shown = set(Product.objects.filter(status=ProductStatus.ACTIVE).values_list("pk", flat=True))
    lines = OrderLine.objects.filter(order__placed_at__gte=timezone.now() - LATELY, product__isnull=False)
    lines = lines.filter(quantity__gt=F("cancelled_quantity")).exclude(order__status__in=VOID)
    rows: Iterable[tuple[int, int]] = lines.order_by("order_id", "id").values_list("order_id", "product_id").iterator()
    for _order, found in groupby(rows, key=itemgetter(0)):
        products = sorted({product_id for _, product_id in found if product_id in shown})
        if 1 <= len(products) <= MOST_LINES:
            yield products
