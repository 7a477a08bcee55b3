"""The columns on a product that lists read: name to sort by, price from, on sale, in stock, low, first picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.conf import settings

from catalog.models import Product, ProductImage, Variant
from catalog.search.words import sort_key
from catalog.services.changes import record_change
from catalog.services.events import emit_low
from shop.common.money import ZERO

COLUMNS = (
    "sort_name",
    "price",
    "price_to",
    "compare_at_price",
    "on_sale",
    "in_stock",
    "low_stock",
    "variant_count",
    "main_image_id",
)


def low_threshold(low_at: int | None) -> int:
    """From how many sellable units on a variant counts as low."""
    return settings.SHOP_LOW_STOCK if low_at is None else low_at


def refresh_listing(product_ids: Iterable[int]) -> set[int]:
    """A step: lock the products in primary-key order, recompute their listing columns, write what changed.

    Returns the ids of those that did; their change is recorded.

    The lock comes before the reading: two sales of two variants would otherwise each miss the other
    and leave a sold-out product "in stock". `updated_at` is not touched.
    """
    products = list(Product.objects.select_for_update().filter(pk__in=set(product_ids)).order_by("pk"))
    variants = _active_variants(products)
    images = _first_images(products)
    was = {product.pk: (product.in_stock, product.low_stock) for product in products}
    changed = [product for product in products if set_listing(product, variants[product.pk], images.get(product.pk))]
    if changed:
        for product in changed:
            if _runs_out(product, *was[product.pk]):
                emit_low(product, variants[product.pk])
        _write(changed)
        record_change([product.pk for product in changed])
    return {product.pk for product in changed}


def _write(changed: Sequence[Product]) -> None:
    """One is written plainly: the sentence for many, with a case a column, takes three times as long to make."""
    columns = [column.removesuffix("_id") for column in COLUMNS]
    if len(changed) == 1:
        changed[0].save(update_fields=columns)
    else:
        Product.objects.bulk_update(changed, columns)


def _runs_out(product: Product, was_in_stock: bool, was_low: bool) -> bool:
    """Whether it became low, or was sold out without having been so before."""
    return (product.low_stock and not was_low) or (was_in_stock and not was_low and not product.in_stock)


def _active_variants(products: Sequence[Product]) -> dict[int, list[Variant]]:
    grouped: dict[int, list[Variant]] = defaultdict(list)
    rows = Variant.objects.filter(product__in=products, is_active=True, archived_at=None).select_related("stock")
    for variant in rows:
        grouped[variant.product_id].append(variant)
    return grouped


def _first_images(products: Sequence[Product]) -> dict[int, int]:
    first: dict[int, int] = {}
    rows = ProductImage.objects.filter(product__in=products).exclude(file="").order_by("position", "id")
    for product_id, image_id in rows.values_list("product_id", "id"):
        first.setdefault(product_id, image_id)
    return first


def set_listing(product: Product, variants: Sequence[Variant], image_id: int | None) -> bool:
    """Set the listing columns, not saved yet; True when one of them is different now."""
    before = [getattr(product, column) for column in COLUMNS]
    cheapest = min(variants, key=lambda v: (v.price, v.position, v.pk), default=None)
    product.sort_name = sort_key(product.name)
    product.price = cheapest.price if cheapest else ZERO
    product.price_to = max((v.price for v in variants), default=ZERO)
    product.compare_at_price = cheapest.compare_at_price if cheapest and cheapest.is_on_sale else None
    product.on_sale = any(v.is_on_sale for v in variants)
    product.in_stock = any(_is_sellable(v) for v in variants)
    product.low_stock = product.in_stock and _is_low(variants)
    product.variant_count = len(variants)
    product.main_image_id = image_id
    return before != [getattr(product, column) for column in COLUMNS]


def _is_sellable(variant: Variant) -> bool:
    """Merely held units still count: a product in somebody's cart stays purchasable in lists."""
    return variant.stock.is_unlimited or variant.stock.on_hand > variant.stock.committed


def _is_low(variants: Sequence[Variant]) -> bool:
    if any(variant.stock.is_unlimited for variant in variants):
        return False
    return all(v.stock.on_hand - v.stock.committed <= low_threshold(v.stock.low_at) for v in variants)
