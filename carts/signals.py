"""The one thing done by signals: whoever signs in keeps bag and wishes from before."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import User
from accounts.signals import signed_in_by_api
from carts.selectors.carts import cart_of_token
from carts.services.merge_carts import merge_carts
from carts.services.wishes import merge_wishes
from carts.session import CART, WISHES
from shop.observability.client import client_address


@receiver(user_logged_in)
def take_guest_cart_along(*, request: HttpRequest, user: User, **_: Any) -> None:
    """The session forgets the guest's cart: it is the customer's now."""
    guest_cart_id = request.session.pop(CART, None)
    if guest_cart_id:
        merge_carts(user_id=user.pk, guest_cart_id=guest_cart_id, client_address=client_address(request))


@receiver(user_logged_in)
def take_wishes_along(*, request: HttpRequest, user: User, **_: Any) -> None:
    """The session forgets the guest's wish list: it is the customer's now."""
    token = request.session.pop(WISHES, None)
    if token:
        merge_wishes(user_id=user.pk, token=token)


@receiver(signed_in_by_api)
def take_token_cart_along(*, request: HttpRequest, user: User, **_: Any) -> None:
    """The cart of the X-Cart-Token is the customer's now; a token of no open guest's cart changes nothing."""
    cart = cart_of_token(request.headers.get("X-Cart-Token", ""))
    if cart is not None:
        merge_carts(user_id=user.pk, guest_cart_id=cart.public_id, client_address=client_address(request))
