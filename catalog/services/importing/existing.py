"""What the shop has of the products in a batch: a handful of queries, however many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from catalog.models import Category, Product, Variant


@dataclass
class CategoryNames:
    """The tree by names: `ids` are found by the folded way from the root."""

    ids: dict[tuple[str, ...], int] = field(default_factory=dict)
    ways: dict[int, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def load(cls) -> CategoryNames:
        tree = cls()
        by_path: dict[str, tuple[str, ...]] = {}
        for pk, path, name in Category.objects.order_by("path").values_list("pk", "path", "name"):
            way = by_path[path] = (*by_path.get(path[: -Category.steplen], ()), name)
            tree.add(way, pk)
        return tree

    def add(self, way: tuple[str, ...], pk: int) -> None:
        self.ids.setdefault(folded(way), pk)
        self.ways[pk] = way

    def find(self, way: tuple[str, ...]) -> int | None:
        return self.ids.get(folded(way))


@dataclass(frozen=True, kw_only=True)
class Existing:
    """`products` by slug, with everything a plan compares; `sku_owners` are product ids by SKU."""

    products: dict[str, Product]
    sku_owners: dict[str, int]
    categories: CategoryNames


def load_existing(slugs: Iterable[str], skus: Iterable[str], categories: CategoryNames) -> Existing:
    products = (
        Product.objects.filter(slug__in=list(slugs))
        .select_related("brand")
        .prefetch_related(
            "tags",
            "images",
            "variants__stock",
            "variants__image",
            "variants__chosen__option",
            "variants__chosen__value",
        )
    )
    owners = Variant.objects.filter(sku__in=list(skus)).values_list("sku", "product_id")
    return Existing(
        products={product.slug: product for product in products}, sku_owners=dict(owners), categories=categories
    )


def folded(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(name.casefold() for name in names)
