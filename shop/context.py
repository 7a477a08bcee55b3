"""What every page knows of the shop. Nothing here is about the visitor."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catalog.selectors.frame import get_frame


def shop(request: HttpRequest) -> dict[str, Any]:
    """`frame` asks the database only on pages that show it."""
    return {
        "frame": SimpleLazyObject(get_frame),
        "shop_name": settings.SHOP_NAME,
        "shop_tagline": settings.SHOP_TAGLINE,
        "shop_currency": settings.SHOP_CURRENCY,
        "shop_demo": settings.SHOP_DEMO,
        "shop_url": settings.SHOP_URL,
        "prices_include_tax": settings.SHOP_PRICES_INCLUDE_TAX,
        "hold_minutes": settings.SHOP_HOLD_MINUTES if settings.SHOP_HOLD_POLICY == "cart" else 0,
    }
