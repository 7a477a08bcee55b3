"""What to show beside a product."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import Exists, QuerySet, Value

from catalog.models import Category, Product, ProductStatus, Recommendation
from catalog.selectors.listing import LONG_TEXTS
from shop.common.kept_query import Later

BOUGHT, SIMILAR = "bought", "similar"
# Where nothing was worked out for a product yet: others of its category, and of those around it.
OWN, AROUND = "own", "around"
MOST = 4


@dataclass(frozen=True, kw_only=True)
class Recommended:
    """Best first; what is bought together is not said to be similar again."""

    bought: list[Product] = field(default_factory=list)
    similar: list[Product] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class Others:
    """The same as ids, MOST each. `similar` are its neighbours until what is similar is worked out."""

    bought: list[int]
    similar: list[int]


def recommended(product: Product, *, most: int = 8) -> Recommended:
    """What `rebuild_recommendations` found for the product, as far as it can be bought now. One query."""
    rows = shown_recommendations(product.pk)
    rows = rows.select_related("other__main_image", "other__brand", "other__category").order_by("kind", "rank")
    rows = rows.defer(*(f"other__{name}" for name in LONG_TEXTS))
    found: dict[str, list[Product]] = {BOUGHT: [], SIMILAR: []}
    for row in rows:
        if row.other not in found[BOUGHT]:
            found[row.kind].append(row.other)
    return Recommended(bought=found[BOUGHT][:most], similar=found[SIMILAR][:most])


def shown_recommendations(product: int | Value) -> QuerySet[Recommendation]:
    """In no order."""
    return Recommendation.objects.filter(product=product, other__status=ProductStatus.ACTIVE, other__in_stock=True)


def neighbours(depth: int) -> list[tuple[str, QuerySet[Product]]]:
    """MOST of each place, the most bought first, and none where something similar is known.

    For a `product` of a `category` of this depth in the tree, 0 for none; `around` is the path above it.
    """
    is_unknown = ~Exists(shown_recommendations(Later("product")).filter(kind=SIMILAR))
    others = Product.objects.filter(is_unknown, status=ProductStatus.ACTIVE).exclude(pk=Later("product"))
    others = others.order_by("-popularity", "-id")
    own = others.filter(category=Later("category")) if depth else others.filter(category=None)
    if depth < 2:
        return [(OWN, own[:MOST])]
    beside = Category.objects.filter(path__startswith=Later("around")).exclude(pk=Later("category")).order_by()
    return [(OWN, own[:MOST]), (AROUND, others.filter(category__in=beside)[:MOST])]


def sorted_out(rows: Iterable[tuple[str, int]]) -> Others:
    """From pairs of kind and id, best first."""
    ids: dict[str, list[int]] = {}
    for kind, pk in rows:
        ids.setdefault(kind, []).append(pk)
    bought = ids.get(BOUGHT, [])
    similar = [pk for pk in ids.get(SIMILAR, ()) if pk not in bought]
    return Others(bought=bought[:MOST], similar=(similar or [*ids.get(OWN, ()), *ids.get(AROUND, ())])[:MOST])
