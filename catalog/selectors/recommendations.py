"""What to show beside a product. One query."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.models import Product, ProductStatus, Recommendation
from catalog.selectors.listing import LONG_TEXTS

BOUGHT, SIMILAR = "bought", "similar"


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """Best first; what is bought together is not said to be similar again."""

    bought: list[Product] = field(default_factory=list)
    similar: list[Product] = field(default_factory=list)


def recommended(product: Product, *, most: int = 8) -> Recommended:
    """What `rebuild_recommendations` found for the product, as far as it can be bought now."""
    rows = Recommendation.objects.filter(product=product, other__status=ProductStatus.ACTIVE, other__in_stock=True)
    rows = rows.select_related("other__main_image", "other__brand", "other__category").order_by("kind", "rank")
    rows = rows.defer(*(f"other__{name}" for name in LONG_TEXTS))
    found: dict[str, list[Product]] = {BOUGHT: [], SIMILAR: []}
    for row in rows:
        if row.other not in found[BOUGHT]:
            found[row.kind].append(row.other)
    return Recommended(bought=found[BOUGHT][:most], similar=found[SIMILAR][:most])
