"""Products as the API's serializers read them: plain values under the names of the fields."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.request import Request

from catalog.models import Category, ProductImage
from catalog.selectors.listing import FEATURED_TAG
from catalog.selectors.product_data import ProductData, VariantData
from shop.common.pictures import copy_url

THUMBNAIL = 480

Values = dict[str, Any]


def product_values(data: ProductData, request: Request, *, for_staff: bool) -> Values:
    """Everything a product shows; `stock`, the counters behind the quantities, only to staff."""
    product = data.product
    plain = {name: getattr(product, name) for name in PLAIN}
    own = {
        "description": data.description,
        "currency": settings.SHOP_CURRENCY,
        "stock_quantity": sum(each.available for each in data.variants if each.variant.is_active),
        "stock": _stock_sums(data.variants) if for_staff else None,
        "url": request.build_absolute_uri(product.get_absolute_url()),
        "category": category_values(product.category),
        "category_path": [category_values(category) for category in data.trail],
        "brand": {"name": product.brand.name, "slug": product.brand.slug} if product.brand else None,
        "tags": [{"name": tag.name, "slug": tag.slug} for tag in data.tags if for_staff or tag.slug != FEATURED_TAG],
        "image": image_values(product.main_image, request),
        "images": [image_values(image, request) for image in data.images],
        "options": [{"name": name, "values": values} for name, values in data.options.items()],
        "attributes": [{"name": each.name, "value": each.value} for each in data.attributes],
        "variants": [variant_values(each, request, for_staff=for_staff) for each in data.variants],
    }
    return plain | own


PLAIN = (
    "id",
    "slug",
    "name",
    "subtitle",
    "status",
    "price",
    "price_to",
    "compare_at_price",
    "on_sale",
    "in_stock",
    "category_id",
    "rating",
    "review_count",
    "tax_class",
    "created_at",
    "updated_at",
)


def variant_values(data: VariantData, request: Request, *, for_staff: bool) -> Values:
    variant = data.variant
    return {
        **{name: getattr(variant, name) for name in VARIANT_PLAIN},
        "options": data.options,
        "stock_quantity": data.available,
        "in_stock": data.in_stock,
        "image": image_values(variant.image, request),
        "stock": _stock(data) if for_staff else None,
    }


VARIANT_PLAIN = (
    "id",
    "sku",
    "barcode",
    "title",
    "price",
    "compare_at_price",
    "weight_grams",
    "requires_shipping",
    "is_active",
    "position",
    "image_id",
)


def image_values(image: ProductImage | None, request: Request) -> Values | None:
    """None too for a picture that has not been fetched yet."""
    if image is None or not image.file:
        return None
    return {
        "id": image.pk,
        "url": request.build_absolute_uri(image.file.url),
        "thumbnail": request.build_absolute_uri(copy_url(str(image.file.name), THUMBNAIL)),
        "alt": image.alt,
        "width": image.width,
        "height": image.height,
        "position": image.position,
    }


def category_values(category: Category | None) -> Values | None:
    if category is None:
        return None
    return {"id": category.pk, "name": category.name, "slug": category.slug, "path": category.url_path}


def is_editor(request: Request) -> bool:
    """Whether the reader works on the catalogue, and so sees its counters and what is not for sale."""
    return bool(request.user and request.user.is_staff and request.user.has_perm("catalog.view_product"))


def _stock(data: VariantData) -> Values:
    stock = data.variant.stock
    return {
        "on_hand": stock.on_hand,
        "held": data.held,
        "committed": stock.committed,
        "available": data.available,
        "tracked": stock.tracked,
        "allow_backorder": stock.allow_backorder,
        "low_at": stock.low_at,
    }


def _stock_sums(variants: list[VariantData]) -> Values:
    shown = [_stock(data) for data in variants if data.variant.is_active]
    return {name: sum(each[name] for each in shown) for name in ("on_hand", "held", "committed", "available")}
