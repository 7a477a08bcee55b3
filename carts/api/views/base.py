"""What the views of /api/cart/ share."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from rest_framework.permissions import AllowAny, BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from carts.api.serializers import CartSerializer, ItemInCartSerializer
from carts.api.shopper import IsShopper
from carts.api.shown import Shown, shown_cart
from carts.selectors.carts import Shopper
from carts.services.look_at_cart import look_at_cart
from shop.common.errors import NotFound

TAGS = ["cart"]


@method_decorator(never_cache, name="dispatch")
class ShopperEndpoint(APIView):
    """For guests and customers; the answer is stored nowhere."""

    permission_classes: tuple[type[BasePermission], ...] = (AllowAny, IsShopper)


def cart_now(request: Request, shopper: Shopper) -> Shown:
    return shown_cart(look_at_cart(shopper), request)


def cart_answer(request: Request, shopper: Shopper) -> Response:
    """The whole cart as it is now."""
    return Response(CartSerializer(cart_now(request, shopper)).data)


def item_answer(request: Request, shopper: Shopper, line_id: str, *, status: int = 200) -> Response:
    """A line, and the cart around it."""
    cart = cart_now(request, shopper)
    return Response(ItemInCartSerializer({**line_in(cart, line_id), "cart": cart}).data, status=status)


def line_in(cart: Shown, line_id: str) -> Shown:
    """Raises NotFound for a line that is not in this cart."""
    line: dict[str, Any] | None = next((line for line in cart["items"] if line["id"] == line_id), None)
    if line is None:
        raise NotFound
    return line


def shopper_with(shopper: Shopper, cart_id: str) -> Shopper:
    """The same shopper, who has this cart now."""
    if not shopper.is_guest:
        return shopper
    return replace(shopper, cart_id=cart_id)
