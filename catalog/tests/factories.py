"""Goods for tests. Everything is filled in and can be overridden; the columns of lists are kept right.

ProductFactory(name="Contours 7", price="49.00", stock=3)      one variant, three on the shelf
ProductFactory(variants=0)                                     then VariantFactory(product=…) for each
VariantFactory(product=product, price="84.00", stock=0, options={"Size": "50 × 70"})
"""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import factory
from django.core.files.base import ContentFile
from django.db import transaction
from PIL import Image

from accounts.tests.factories import UserFactory
from catalog.models import (
    Brand,
    Category,
    ContentPage,
    MovementKind,
    OptionValue,
    Product,
    ProductAttribute,
    ProductImage,
    ProductOption,
    Review,
    ReviewStatus,
    Stock,
    StockMovement,
    Tag,
    Variant,
    VariantOption,
)
from catalog.services.listing import refresh_listing

Model = factory.django.DjangoModelFactory


def refresh(product: Product) -> None:
    """Bring the product's listing columns up to date, as the services do."""
    with transaction.atomic():
        refresh_listing([product.pk])
    product.refresh_from_db()


class CategoryFactory(Model[Category]):
    """A root, or with `parent=` a child of it."""

    class Meta:
        model = Category

    name = factory.Sequence(lambda n: f"Category {n}")
    slug = factory.Sequence(lambda n: f"category-{n}")

    @classmethod
    def _create(cls, model_class: type[Category], *args: Any, **kwargs: Any) -> Category:
        parent: Category | None = kwargs.pop("parent", None)
        kwargs.setdefault("url_path", f"{parent.url_path}/{kwargs['slug']}" if parent else kwargs["slug"])
        category = Category(**kwargs)
        if parent is None:
            Category.objects.add_root(instance=category)
        else:
            Category.objects.add_child(parent, instance=category)
        return category


class BrandFactory(Model[Brand]):
    class Meta:
        model = Brand

    name = factory.Sequence(lambda n: f"Brand {n}")
    slug = factory.Sequence(lambda n: f"brand-{n}")


class TagFactory(Model[Tag]):
    class Meta:
        model = Tag

    name = factory.Sequence(lambda n: f"Tag {n}")
    slug = factory.Sequence(lambda n: f"tag-{n}")


class ProductFactory(Model[Product]):
    """An active product with `variants` (one) of `price` (20.00) and `stock` (10) each."""

    class Meta:
        model = Product
        skip_postgeneration_save = True

    variants = 1
    stock = 10
    name = factory.Sequence(lambda n: f"Product {n}")
    slug = factory.Sequence(lambda n: f"product-{n}")
    subtitle = "Print, 30 × 40 cm"
    description = "<p>Drawn once, printed with care.</p>"
    price = Decimal("20.00")

    @classmethod
    def _create(cls, model_class: type[Product], *args: Any, **kwargs: Any) -> Product:
        tags = kwargs.pop("tags", ())
        variants, stock = kwargs.pop("variants"), kwargs.pop("stock")
        product: Product = super()._create(model_class, *args, **kwargs)
        product.tags.set(tags)
        for position in range(variants):
            VariantFactory(
                product=product,
                price=kwargs["price"],
                compare_at_price=kwargs.get("compare_at_price"),
                stock=stock,
                position=position,
                options_key="" if position == 0 else f"-{position}",
            )
        return product

    @classmethod
    def _adjust_kwargs(cls, **kwargs: Any) -> dict[str, Any]:
        kwargs["price"] = Decimal(kwargs["price"])
        return kwargs


class VariantFactory(Model[Variant]):
    """One thing to buy with `stock` (10) on the shelf; `options` maps an option's name to the value chosen.

    `tracked` and `allow_backorder` are the stock's. With `refreshed=False` the caller calls `refresh` after the last.
    """

    class Meta:
        model = Variant

    product = factory.SubFactory(ProductFactory, variants=0)
    sku = factory.Sequence(lambda n: f"SKU-{n}")
    price = Decimal("20.00")
    weight_grams = 300

    @classmethod
    def _create(cls, model_class: type[Variant], *args: Any, **kwargs: Any) -> Variant:
        options, refreshed = kwargs.pop("options", {}), kwargs.pop("refreshed", True)
        stock = {name: kwargs.pop(name) for name in ("tracked", "allow_backorder", "low_at") if name in kwargs}
        units = kwargs.pop("stock", 10)
        values = [_option_value(kwargs["product"], name, value) for name, value in options.items()]
        if values:
            kwargs["options_key"] = ",".join(str(pk) for pk in sorted(value.pk for value in values))
            kwargs["title"] = " / ".join(options.values())
        variant: Variant = super()._create(model_class, *args, **kwargs)
        VariantOption.objects.bulk_create(
            [VariantOption(variant=variant, option=value.option, value=value) for value in values]
        )
        StockFactory(variant=variant, on_hand=units, **stock)
        if refreshed:
            refresh(variant.product)
        return variant


def _option_value(product: Product, name: str, value: str) -> OptionValue:
    option, _ = ProductOption.objects.get_or_create(
        product=product, name=name, defaults={"position": product.options.count()}
    )
    return OptionValue.objects.get_or_create(option=option, value=value, defaults={"position": option.values.count()})[
        0
    ]


class StockFactory(Model[Stock]):
    """The counters of a variant with the ledger that explains them."""

    class Meta:
        model = Stock

    on_hand = 10

    @classmethod
    def _create(cls, model_class: type[Stock], *args: Any, **kwargs: Any) -> Stock:
        stock: Stock = super()._create(model_class, *args, **kwargs)
        if stock.on_hand or stock.held or stock.committed:
            StockMovement.objects.create(
                variant_id=stock.variant_id,
                kind=MovementKind.RECEIVE,
                on_hand_change=stock.on_hand,
                held_change=stock.held,
                committed_change=stock.committed,
                reason="for a test",
            )
        return stock


def picture_file(name: str = "picture.png", size: tuple[int, int] = (160, 200)) -> ContentFile:
    """A real picture of one colour: small, since copies of it are made for every page that shows it."""
    buffer = BytesIO()
    Image.new("RGB", size, "#2342be").save(buffer, "PNG")
    return ContentFile(buffer.getvalue(), name)


class ImageFactory(Model[ProductImage]):
    """A picture row that need not exist on disk; give `file=picture_file()` for a real one."""

    class Meta:
        model = ProductImage

    product = factory.SubFactory(ProductFactory)
    alt = "Blue and sand contour lines"

    @classmethod
    def _create(cls, model_class: type[ProductImage], *args: Any, **kwargs: Any) -> ProductImage:
        file = kwargs.pop("file", None)
        image = ProductImage(**kwargs)
        if file is not None:
            image.file = file
        image.save()
        if file is None:
            name = f"products/picture-{image.pk}.jpg"
            ProductImage.objects.filter(pk=image.pk).update(file=name, width=800, height=1000)
            # refresh_from_db() would measure the picture, which is not there.
            image = ProductImage.objects.get(pk=image.pk)
        refresh(image.product)
        return image


class AttributeFactory(Model[ProductAttribute]):
    class Meta:
        model = ProductAttribute

    product = factory.SubFactory(ProductFactory)
    name = factory.Sequence(lambda n: f"Attribute {n}")
    value = "Cotton, 300 g"


class ReviewFactory(Model[Review]):
    """A shown review by a customer of its own; the product's rating is not touched."""

    class Meta:
        model = Review

    product = factory.SubFactory(ProductFactory)
    user = factory.SubFactory(UserFactory)
    author_name = "Marit"
    rating = 5
    title = "Better on paper"
    comment = "The lines are so fine that I thought they were drawn with a pen."
    status = ReviewStatus.APPROVED


class PageFactory(Model[ContentPage]):
    class Meta:
        model = ContentPage

    slug = factory.Sequence(lambda n: f"page-{n}")
    title = factory.Sequence(lambda n: f"Page {n}")
    body = "<p>What there is to say.</p>"
