"""What a guest's session knows: which cart is theirs. For pages and the API alike."""

from __future__ import annotations

from django.http import HttpRequest

from carts.models import Cart

CART = "cart"
WISHES = "wishes"


def session_cart_id(request: HttpRequest) -> str:
    """The public id of the cart this session last put something into; "" for none."""
    return str(request.session.get(CART, ""))


def remember_cart(request: HttpRequest, cart: Cart) -> None:
    """A guest finds the cart again by its public id in the session; a customer needs no reminder."""
    if cart.user_id is None and request.session.get(CART) != cart.public_id:
        request.session[CART] = cart.public_id
