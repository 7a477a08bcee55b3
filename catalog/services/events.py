"""What other programs are told of goods."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings

from catalog.models import Product, Variant
from shop.common.money import money_text
from shop.webhooks.services.emit import emit


def emit_product(product: Product, kind: str) -> None:
    """A step: "product.updated" and the like, with the product as it is now."""
    emit(kind, lambda: _product_data(product))


def emit_low(product: Product, variants: Sequence[Variant]) -> None:
    """A step: few are left of a product, or none; `variants` come with their stock."""
    emit("stock.low", lambda: {**_product_data(product), "variants": [_variant_data(one) for one in variants]})


def _product_data(product: Product) -> dict[str, Any]:
    return {
        "id": product.pk,
        "slug": product.slug,
        "name": product.name,
        "status": product.status,
        "price": money_text(product.price),
        "currency": settings.SHOP_CURRENCY,
        "in_stock": product.in_stock,
        "low_stock": product.low_stock,
        "category_id": product.category_id,
        "created_at": product.created_at.isoformat(),
        "updated_at": product.updated_at.isoformat(),
    }


def _variant_data(variant: Variant) -> dict[str, Any]:
    stock = variant.stock
    return {
        "id": variant.pk,
        "sku": variant.sku,
        "on_hand": stock.on_hand,
        "held": stock.held,
        "committed": stock.committed,
        "available": stock.available,
    }
