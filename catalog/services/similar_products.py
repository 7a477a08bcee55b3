"""Which products are alike: of one family of categories, with the same tags and brand, of about the same price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from catalog.models import Category, Product, ProductStatus

POOL = 60
ENOUGH = 4
MOST = 12

TAG, BRAND, CATEGORY, PRICE = 3.0, 1.0, 2.0, 2.0


@dataclass(frozen=True, kw_only=True)
class Likeness:
    """What of a product is compared; `path` is its category's."""

    id: int
    path: str
    brand_id: int | None
    price: float
    popularity: int
    in_stock: bool
    tags: frozenset[int]


def similar_products() -> dict[int, list[int]]:
    """The most alike others of every product in the shop, best first. Two queries; each is compared with few."""
    products = _products()
    pools = _pools(products)
    return {product.id: _best(product, _candidates(product, pools)) for product in products}


def _products() -> list[Likeness]:
    tags: dict[int, set[int]] = defaultdict(set)
    for product_id, tag_id in Product.tags.through.objects.values_list("product_id", "tag_id").iterator():
        tags[product_id].add(tag_id)
    rows = Product.objects.filter(status=ProductStatus.ACTIVE).order_by("pk")
    columns = rows.values_list("pk", "category__path", "brand_id", "price", "popularity", "in_stock")
    return [
        Likeness(
            id=pk,
            path=path or "",
            brand_id=brand_id,
            price=float(price),
            popularity=popularity,
            in_stock=in_stock,
            tags=frozenset(tags[pk]),
        )
        for pk, path, brand_id, price, popularity, in_stock in columns.iterator()
    ]


def _pools(products: Iterable[Likeness]) -> dict[str, list[Likeness]]:
    """The most bought of each category with all below it; "" is the whole shop."""
    pools: dict[str, list[Likeness]] = defaultdict(list)
    for product in sorted(products, key=lambda each: (-each.popularity, each.id)):
        for path in _line(product.path):
            if product.in_stock and len(pools[path]) < POOL:
                pools[path].append(product)
    return pools


def _candidates(product: Likeness, pools: dict[str, list[Likeness]]) -> list[Likeness]:
    """Of the nearest category that has enough."""
    found: list[Likeness] = []
    for path in reversed(_line(product.path)):
        found = [other for other in pools.get(path, ()) if other.id != product.id]
        if len(found) >= ENOUGH:
            break
    return found


def _line(path: str) -> list[str]:
    return [path[:end] for end in range(0, len(path) + 1, Category.steplen)]


def _best(product: Likeness, others: Iterable[Likeness]) -> list[int]:
    ranked = sorted(others, key=lambda other: (-_likeness(product, other), -other.popularity, other.id))
    return [other.id for other in ranked[:MOST]]


def _likeness(one: Likeness, other: Likeness) -> float:
    shared, all_tags = len(one.tags & other.tags), len(one.tags | other.tags)
    dearest = max(one.price, other.price)
    return (
        TAG * (shared / all_tags if all_tags else 0)
        + BRAND * (one.brand_id is not None and one.brand_id == other.brand_id)
        + CATEGORY * (one.path == other.path)
        + PRICE * (min(one.price, other.price) / dearest if dearest else 1)
    )
