"""Products with everything the API shows of them. Seven queries, however many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import IntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.models import (
    Category,
    Product,
    ProductAttribute,
    ProductImage,
    ProductStatus,
    StockHold,
    Tag,
    Variant,
    VariantOption,
)
from catalog.selectors.stock import live_holds

Row = TypeVar("Row")


@dataclass(frozen=True, kw_only=True)
class VariantData:
    """`held` counts live holds only."""

    variant: Variant
    options: dict[str, str]
    held: int

    @property
    def available(self) -> int:
        """What can be had now."""
        stock = self.variant.stock
        return max(0, stock.on_hand - stock.committed - self.held)

    @property
    def in_stock(self) -> bool:
        """As in lists: what merely lies in carts may still be had."""
        stock = self.variant.stock
        return stock.is_unlimited or stock.on_hand > stock.committed


@dataclass(frozen=True, kw_only=True)
class ProductData:
    """`options` are the values that the variants have; `trail` are the categories from the root."""

    product: Product
    description: str
    variants: list[VariantData]
    options: dict[str, list[str]]
    images: list[ProductImage]
    tags: list[Tag]
    attributes: list[ProductAttribute]
    trail: list[Category]


def product_data(products: Sequence[Product], *, for_staff: bool = False) -> list[ProductData]:
    """What belongs to `products`, in their order. Staff also see variants that are not for sale at present."""
    ids = [product.pk for product in products]
    descriptions = dict(Product.objects.filter(pk__in=ids).values_list("pk", "description"))
    variants = list(_variants(ids, for_staff=for_staff))
    choices = _choices(variants)
    by_product = _grouped((variant.product_id, _variant_data(variant, choices)) for variant in variants)
    images = _grouped((image.product_id, image) for image in shown_images(ids))
    tags = _grouped((row.product_id, row.tag) for row in _tagged(ids))
    attributes = _grouped((row.product_id, row) for row in ProductAttribute.objects.filter(product__in=ids))
    trails = _trails(products)
    return [
        ProductData(
            product=product,
            description=descriptions.get(product.pk, ""),
            variants=by_product[product.pk],
            options=_options(by_product[product.pk], choices),
            images=images[product.pk],
            tags=tags[product.pk],
            attributes=attributes[product.pk],
            trail=trails.get(product.pk, []),
        )
        for product in products
    ]


def find_product_by_key(key: str, *, statuses: Iterable[str] = (ProductStatus.ACTIVE,)) -> Product | None:
    """By id, or by slug (which always has a letter). One query."""
    is_id = key.isascii() and key.isdigit()
    if is_id and len(key) > 18:
        return None
    wanted = Q(pk=int(key)) if is_id else Q(slug=key)
    shown = Product.objects.filter(wanted, status__in=list(statuses))
    return shown.select_related("category", "brand", "main_image").first()


def shown_images(product_ids: Collection[int]) -> QuerySet[ProductImage]:
    """Pictures that have been fetched, in their order."""
    return ProductImage.objects.filter(product__in=product_ids).exclude(file="").order_by("position", "id")


def _variants(product_ids: Collection[int], *, for_staff: bool) -> QuerySet[Any, Any]:
    holds = StockHold.objects.filter(live_holds(), variant=OuterRef("pk")).order_by().values("variant")
    held = Subquery(holds.annotate(units=Sum("quantity")).values("units"), output_field=IntegerField())
    rows = Variant.objects.filter(product__in=product_ids, archived_at=None, stock__isnull=False)
    if not for_staff:
        rows = rows.filter(is_active=True)
    return rows.select_related("stock", "image").annotate(held_now=Coalesce(held, 0)).order_by("position", "id")


def _choices(variants: Sequence[Variant]) -> dict[int, list[VariantOption]]:
    rows = VariantOption.objects.filter(variant__in=[variant.pk for variant in variants])
    return _grouped((row.variant_id, row) for row in rows.select_related("option", "value"))


def _variant_data(variant: Any, choices: dict[int, list[VariantOption]]) -> VariantData:
    options = {row.option.name: row.value.value for row in choices[variant.pk]}
    return VariantData(variant=variant, options=options, held=variant.held_now)


def _options(variants: Sequence[VariantData], choices: dict[int, list[VariantOption]]) -> dict[str, list[str]]:
    rows = [row for data in variants for row in choices[data.variant.pk]]
    rows.sort(key=lambda row: (row.option.position, row.option_id, row.value.position, row.value_id))
    values: dict[str, list[str]] = {row.option.name: [] for row in rows}
    for row in rows:
        if row.value.value not in values[row.option.name]:
            values[row.option.name].append(row.value.value)
    return values


def _tagged(product_ids: Collection[int]) -> QuerySet[Any, Any]:
    rows: QuerySet[Any, Any] = Product.tags.through.objects.filter(product__in=product_ids)
    return rows.select_related("tag").order_by("tag__name", "tag_id")


def _trails(products: Sequence[Product]) -> dict[int, list[Category]]:
    """The categories above each product, from the root. One query."""
    paths = {product.pk: _line(product.category.path) for product in products if product.category}
    wanted = {path for line in paths.values() for path in line}
    found = {category.path: category for category in Category.objects.filter(path__in=wanted).order_by()}
    return {pk: [found[path] for path in line if path in found] for pk, line in paths.items()}


def _line(path: str) -> list[str]:
    return [path[:end] for end in range(Category.steplen, len(path) + 1, Category.steplen)]


def _grouped(pairs: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    groups: dict[int, list[Row]] = defaultdict(list)
    for key, row in pairs:
        groups[key].append(row)
    return groups
