"""What the header shows of the visitor's bag."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from carts.selectors.carts import bag_count
from carts.web.shopper import shopper_of


def bag(request: HttpRequest) -> dict[str, Any]:
    """`bag_count` asks once, on pages that show it, and never for guests without a cart."""
    return {"bag_count": SimpleLazyObject(lambda: bag_count(shopper_of(request)))}
