"""Whose cart a request is about: the customer's, or the guest's that the session knows."""

from __future__ import annotations

from django.http import HttpRequest

from carts.selectors.carts import Shopper
from carts.session import CART, remember_cart, session_cart_id
from shop.observability.client import client_address

__all__ = ["CART", "remember_cart", "shopper_of"]


def shopper_of(request: HttpRequest) -> Shopper:
    """A guest without a cart yet has an empty `cart_id`: the first thing put in makes one."""
    address = client_address(request)
    if request.user.is_authenticated:
        return Shopper(user_id=request.user.pk, client_address=address)
    return Shopper(cart_id=session_cart_id(request), client_address=address)
