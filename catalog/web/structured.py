"""What search engines read of a product: schema.org in JSON-LD."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from catalog.selectors.offers import Offer
from catalog.selectors.product_page import ProductPage
from catalog.web.addresses import canonical
from shop.common.html import plain_text
from shop.common.money import money_text
from shop.common.pictures import copy_url

SCHEMA = "https://schema.org/"
PICTURE_WIDTH = 1080


def product_data(page: ProductPage) -> dict[str, Any]:
    product = page.product
    url = canonical(product.get_absolute_url())
    data: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Product",
        "name": product.name,
        "url": url,
        "description": plain_text(product.description)[:5000],
        "image": [_absolute(copy_url(str(image.file.name), PICTURE_WIDTH)) for image in page.images],
        "offers": [_offer(offer, url) for offer in page.offers],
    }
    if product.brand:
        data["brand"] = {"@type": "Brand", "name": product.brand.name}
    if product.rating and product.review_count:
        data["aggregateRating"] = {
            "@type": "AggregateRating",
            "ratingValue": str(product.rating),
            "reviewCount": product.review_count,
        }
    return data


def _offer(offer: Offer, url: str) -> dict[str, Any]:
    there = not offer.is_sold_out
    return {
        "@type": "Offer",
        "sku": offer.variant.sku,
        "url": f"{url}?variant={offer.id}",
        "price": money_text(offer.price),
        "priceCurrency": settings.SHOP_CURRENCY,
        "availability": SCHEMA + ("InStock" if there else "OutOfStock"),
    }


def _absolute(url: str) -> str:
    return url if url.startswith("http") else f"{settings.SHOP_URL}{url}"
