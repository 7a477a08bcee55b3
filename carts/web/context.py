"""What the header shows of the visitor's bag."""

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from carts.selectors.carts import bag_count
from carts.selectors.wishes import wished_products
from carts.web.shopper import shopper_of
from carts.web.wisher import wisher_of


def bag(request: HttpRequest) -> dict[str, Any]:
    """Each asks once, on pages that show it, and never for guests without a cart or a list."""
    return {
        "bag_count": SimpleLazyObject(lambda: bag_count(shopper_of(request))),
        "wished": SimpleLazyObject(lambda: wished_products(wisher_of(request))),
    }
