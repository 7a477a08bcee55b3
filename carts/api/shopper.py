"""Whose cart a call is about: the customer's, the guest's of an X-Cart-Token, or the guest's of the session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from carts.models import Cart
from carts.selectors.carts import Shopper, cart_of_token
from carts.session import remember_cart, session_cart_id
from shop.api.permissions import ALL_METHODS
from shop.api.schema import gives_header, header
from shop.common.ids import new_token, token_hash
from shop.observability.client import client_address

CART_TOKEN = "X-Cart-Token"  # noqa: S105 - a header's name
TAKES_TOKEN = header(CART_TOKEN, "A guest's cart. Ignored for who is signed in.")


def gives_token(*statuses: int) -> Any:
    return gives_header(CART_TOKEN, "To a guest without cookies whose cart was made just now: keep it.", *statuses)


class IsShopper(BasePermission):
    """Guests and customers. A key acts for the shop, and the shop has no cart."""

    closed_to_keys = ALL_METHODS

    def has_permission(self, request: Request, view: APIView) -> bool:
        return isinstance(request.user, User) or request.auth is None


def shopper_of(request: Request) -> Shopper:
    """The shopper behind a call that IsShopper let in.

    A guest who sends neither a session nor a token that is known gets a token with their first cart.
    """
    address = client_address(request._request)  # noqa: SLF001 - where DRF keeps Django's request
    if isinstance(request.user, User):
        return Shopper(user_id=request.user.pk, client_address=address)
    token = request.headers.get(CART_TOKEN, "")
    if not token and settings.SESSION_COOKIE_NAME in request.COOKIES:
        return Shopper(cart_id=session_cart_id(request._request), client_address=address)  # noqa: SLF001
    cart = cart_of_token(token)
    return Shopper(cart_id=cart.public_id if cart else "", client_address=address, fresh_token=new_token())


def hand_out(request: Request, response: Response, *, shopper: Shopper, cart: Cart) -> Response:
    """Let a guest find the cart again: by the token of a cart just made, or by the session."""
    if not shopper.is_guest:
        return response
    if not shopper.fresh_token:
        remember_cart(request._request, cart)  # noqa: SLF001 - Django's request
    elif cart.token_hash == token_hash(shopper.fresh_token):
        response[CART_TOKEN] = shopper.fresh_token
    return response
