"""Whose cart a request is about: the customer's, or the guest's that the session knows."""

from __future__ import annotations

from django.http import HttpRequest

from carts.models import Cart
from carts.selectors.carts import Shopper
from shop.observability.client import client_address

CART = "cart"


def shopper_of(request: HttpRequest) -> Shopper:
    """A guest without a cart yet has an empty `cart_id`: the first thing put in makes one."""
    address = client_address(request)
    if request.user.is_authenticated:
        return Shopper(user_id=request.user.pk, client_address=address)
    return Shopper(cart_id=request.session.get(CART, ""), client_address=address)


def remember_cart(request: HttpRequest, cart: Cart) -> None:
    """A guest finds the cart again by its public id in the session; a customer needs no reminder."""
    if cart.user_id is None and request.session.get(CART) != cart.public_id:
        request.session[CART] = cart.public_id
