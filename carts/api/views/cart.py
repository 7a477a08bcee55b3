"""The whole cart: what is in it, where it goes, emptying it, keeping it longer."""

from __future__ import annotations

from contextlib import suppress

from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.serializers import CartSerializer, CountSerializer, CouponBody
from carts.api.shopper import TAKES_TOKEN, shopper_of
from carts.api.shown import shown_cart
from carts.api.views.base import TAGS, ShopperEndpoint, cart_answer, cart_now
from carts.selectors.carts import bag_count, cart_view
from carts.services.coupons import apply_coupon, remove_coupon
from carts.services.destination import Destination, set_destination
from carts.services.holds import extend_holds
from carts.services.items import empty_cart
from carts.services.look_at_cart import Looked
from carts.services.open_cart import open_cart
from shop.api.schema import problems, sent
from shop.api.serializers import body_of
from shop.common.errors import NotFound

THERE = sent("To Hamburg", {"country": "DE", "postcode": "20359", "shipping_method": "standard"})


class CartEndpoint(ShopperEndpoint):
    serializer_class = CartSerializer

    @extend_schema(
        tags=TAGS, summary="My cart", parameters=[TAKES_TOKEN], responses={200: CartSerializer, **problems(401, 403)}
    )
    def get(self, request: Request) -> Response:
        """Prices of now. What was no longer held is held again while there is stock; `notices` say what to look at."""
        return cart_answer(request, shopper_of(request))

    @extend_schema(
        tags=TAGS,
        summary="Say where the cart goes",
        parameters=[TAKES_TOKEN],
        request=CartSerializer,
        responses={200: CartSerializer, **problems(400, 401, 403, 404)},
        examples=[THERE],
    )
    def patch(self, request: Request) -> Response:
        """`country`, `region`, `postcode` and `shipping_method` re-price it. Another country empties the other two."""
        shopper = shopper_of(request)
        body = body_of(request, CartSerializer, instance=cart_now(request, shopper), partial=True)
        if not shopper.is_guest:
            open_cart(shopper=shopper)
        set_destination(shopper=shopper, destination=Destination(**body))
        return cart_answer(request, shopper)

    @extend_schema(
        tags=TAGS,
        summary="Empty the cart",
        parameters=[TAKES_TOKEN],
        responses={204: None, **problems(401, 403)},
    )
    def delete(self, request: Request) -> Response:
        with suppress(NotFound):  # no cart is an empty one
            empty_cart(shopper=shopper_of(request))
        return Response(status=204)


class CountEndpoint(ShopperEndpoint):
    serializer_class = CountSerializer

    @extend_schema(
        tags=TAGS,
        summary="How many things are in my cart",
        parameters=[TAKES_TOKEN],
        responses={200: CountSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Units, for the number beside the bag."""
        return Response({"count": bag_count(shopper_of(request))})


class ExtendEndpoint(ShopperEndpoint):
    serializer_class = CartSerializer

    @extend_schema(
        tags=TAGS,
        summary="Hold everything longer",
        parameters=[TAKES_TOKEN],
        request=None,
        responses={200: CartSerializer, **problems(401, 403, 404)},
    )
    def post(self, request: Request) -> Response:
        """While the age of the holds allows it. What could not be kept is among the `notices`."""
        shopper = shopper_of(request)
        refusals = extend_holds(shopper=shopper)
        unheld = {refusal.request.variant_id: refusal.reason for refusal in refusals}
        return Response(CartSerializer(shown_cart(Looked(view=cart_view(shopper), unheld=unheld), request)).data)


class CouponEndpoint(ShopperEndpoint):
    serializer_class = CouponBody

    @extend_schema(
        tags=TAGS,
        summary="Use a code",
        parameters=[TAKES_TOKEN],
        request=CouponBody,
        responses={200: CartSerializer, **problems(400, 401, 403, 429)},
        examples=[OpenApiExample("A code", {"code": "SPRING10"}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """In place of another one. A code that takes nothing off this cart is refused, and nothing changes."""
        shopper = shopper_of(request)
        apply_coupon(shopper=shopper, code=body_of(request, CouponBody)["code"])
        return cart_answer(request, shopper)

    @extend_schema(
        tags=TAGS,
        summary="Take the code out",
        parameters=[TAKES_TOKEN],
        responses={204: None, **problems(401, 403)},
    )
    def delete(self, request: Request) -> Response:
        with suppress(NotFound):  # no cart has no code
            remove_coupon(shopper=shopper_of(request))
        return Response(status=204)
