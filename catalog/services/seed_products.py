"""Writing many demo products at once: a few statements a batch, however many products it has.

Keys are given out here instead of by the database: MySQL does not tell the keys of rows inserted
together, and rows of nine tables point at each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from django.db.models import Max, Model, OuterRef, Subquery
from django.utils import timezone

from catalog.demo.goods.types import DemoPicture, DemoProduct, DemoVariant
from catalog.models import (
    Brand,
    Category,
    MovementKind,
    OptionValue,
    PriceHistory,
    Product,
    ProductAttribute,
    ProductImage,
    ProductOption,
    Stock,
    Tag,
    Variant,
    VariantOption,
)
from catalog.services.changes import record_change
from catalog.services.listing import set_listing
from catalog.services.seed_pictures import picture_name
from catalog.services.stock import StockChange, open_stock
from shop.common.money import round_money

OPENING = "First delivery"
# Each after those it points at.
ORDER: tuple[type[Model], ...] = (
    Product,
    ProductOption,
    OptionValue,
    ProductImage,
    Variant,
    VariantOption,
    ProductAttribute,
    PriceHistory,
    Product.tags.through,
)


@dataclass(frozen=True)
class Shelves:
    """What products point at: keys by path, name and name."""

    categories: dict[str, int]
    brands: dict[str, int]
    tags: dict[str, int]

    @classmethod
    def read(cls) -> Shelves:
        return cls(
            categories=dict(Category.objects.values_list("url_path", "pk")),
            brands=dict(Brand.objects.values_list("name", "pk")),
            tags=dict(Tag.objects.values_list("name", "pk")),
        )


@dataclass
class Batch:
    """The rows of some products, before they are written."""

    shelves: Shelves
    now: datetime
    rows: dict[type[Model], list[Any]] = field(default_factory=dict)
    keys: dict[type[Model], Iterator[int]] = field(default_factory=dict)
    opening: list[StockChange] = field(default_factory=list)

    def add(self, row: Model) -> Any:
        """Keep a row for writing, with the next key of its table."""
        model = type(row)
        if model not in self.keys:
            last: int = model._base_manager.aggregate(last=Max("pk"))["last"] or 0  # noqa: SLF001 - Django's own
            self.keys[model] = count(last + 1)
        row.pk = next(self.keys[model])
        self.rows.setdefault(model, []).append(row)
        return row


def write_products(products: Sequence[DemoProduct], shelves: Shelves) -> list[int]:
    """A step: write products with all that belongs to them, and their first stock. Returns their ids."""
    batch = Batch(shelves, timezone.now())
    ids = [_product(batch, product) for product in products]
    for model in ORDER:
        model._base_manager.bulk_create(batch.rows.get(model, []))  # noqa: SLF001 - Django's own
    open_stock([variant.pk for variant in batch.rows[Variant]], batch.opening)
    _point_at_first_images(ids)
    record_change(ids)
    return ids


def _product(batch: Batch, demo: DemoProduct) -> int:
    since = batch.now - timedelta(days=demo.age_days)
    product: Product = batch.add(
        Product(
            name=demo.name,
            slug=demo.slug,
            subtitle=demo.subtitle,
            description=demo.description,
            category_id=batch.shelves.categories[demo.category],
            brand_id=batch.shelves.brands[demo.brand],
            is_demo=True,
            created_at=since,
            updated_at=since,
        )
    )
    _facts(batch, product, demo)
    images = [batch.add(_image(product, picture, place)) for place, picture in enumerate(demo.pictures)]
    values = _options(batch, product, demo)
    variants = [_variant(batch, product, v, values, images) for v in enumerate(demo.variants)]
    set_listing(product, variants, None)
    return product.pk


def _image(product: Product, picture: DemoPicture, place: int) -> ProductImage:
    """With its measures: else Django opens the file of each to take them."""
    width, height = picture.spec.size
    return ProductImage(
        product=product, file=picture_name(picture), alt=picture.alt, position=place, width=width, height=height
    )


def _facts(batch: Batch, product: Product, demo: DemoProduct) -> None:
    for place, (name, value) in enumerate(demo.attributes):
        batch.add(ProductAttribute(product=product, name=name, value=value, position=place))
    for tag in demo.tags:
        batch.add(Product.tags.through(product_id=product.pk, tag_id=batch.shelves.tags[tag]))


def _options(batch: Batch, product: Product, demo: DemoProduct) -> dict[tuple[str, str], OptionValue]:
    values: dict[tuple[str, str], OptionValue] = {}
    for place, option in enumerate(demo.options):
        row = batch.add(ProductOption(product=product, name=option.name, position=place))
        for position, (value, swatch) in enumerate(option.values):
            values[option.name, value] = batch.add(
                OptionValue(option=row, value=value, swatch=swatch, position=position)
            )
    return values


def _variant(
    batch: Batch,
    product: Product,
    placed: tuple[int, DemoVariant],
    values: dict[tuple[str, str], OptionValue],
    images: Sequence[ProductImage],
) -> Variant:
    place, demo = placed
    chosen = [values[pair] for pair in demo.options]
    variant: Variant = batch.add(
        Variant(
            product=product,
            sku=demo.sku,
            title=" / ".join(value.value for value in chosen),
            options_key=",".join(str(pk) for pk in sorted(value.pk for value in chosen)),
            price=round_money(demo.price),
            compare_at_price=None if demo.compare_at is None else round_money(demo.compare_at),
            cost=round_money(demo.cost),
            weight_grams=demo.weight_grams,
            image=None if demo.picture is None else images[demo.picture],
            position=place,
            created_at=product.created_at,
            updated_at=product.created_at,
        )
    )
    for value in chosen:
        batch.add(VariantOption(variant=variant, option=value.option, value=value))
    _book(batch, variant, demo)
    return variant


def _book(batch: Batch, variant: Variant, demo: DemoVariant) -> None:
    """Prices it had and units it has. The counters stay in memory here, for the listing."""
    since = variant.created_at
    if variant.compare_at_price is not None:
        batch.add(PriceHistory(variant=variant, price=variant.compare_at_price, since=since))
        reduced_at = max(since, batch.now - timedelta(days=10))
        variant.lowest_before = variant.compare_at_price if reduced_at > since else None
        since = reduced_at
    batch.add(PriceHistory(variant=variant, price=variant.price, since=since))
    variant.stock = Stock(variant=variant, on_hand=demo.stock)
    batch.opening.append(
        StockChange(
            variant_id=variant.pk,
            kind=MovementKind.RECEIVE,
            on_hand=demo.stock,
            reason=OPENING,
            at=variant.created_at,
        )
    )


def _point_at_first_images(product_ids: Sequence[int]) -> None:
    """After the pictures, because each points at its product."""
    first = ProductImage.objects.filter(product=OuterRef("pk")).order_by("position", "id").values("pk")[:1]
    new = Product.objects.filter(pk__gte=min(product_ids), pk__lte=max(product_ids), is_demo=True, main_image=None)
    new.update(main_image_id=Subquery(first))
