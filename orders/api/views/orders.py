"""A customer's or guest's orders: placing, finding, cancelling, ordering again."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from carts.api.shopper import TAKES_TOKEN, gives_token, hand_out, shopper_of
from carts.api.views.base import cart_now, shopper_with
from orders.api.checkout import order_response
from orders.api.serializers import (
    CheckoutBody,
    OrderDetail,
    OrderQuery,
    OrderSerializer,
    PlacedOrder,
    ReorderedSerializer,
)
from orders.api.viewer import TAKES_ORDER_TOKEN, OwnerEndpoint, detailed, own_order
from orders.models import Order
from orders.selectors.orders import Viewer, order_rows_of, orders_of
from orders.services.cancel_order import cancel_order
from orders.services.reorder import reorder
from shop.api.schema import IDEMPOTENT, LOCATION, REPLAYED, problems
from shop.api.serializers import body_of, query_of

TAGS = ["orders"]
TEXT = OpenApiExample("A customer", {"delivery_address": "123 Main St"}, request_only=True)
GUEST = OpenApiExample(
    "A guest",
    {
        "email": "ines@example.org",
        "delivery_address": {
            "full_name": "Ines Albrecht",
            "line1": "Hafenstraße 12",
            "postcode": "20359",
            "city": "Hamburg",
            "country": "DE",
        },
        "shipping_method": "standard",
        "expected_total": "53.90",
    },
    request_only=True,
)


def filtered(orders: QuerySet[Order], request: Request) -> QuerySet[Order]:
    """Of these orders those the query asks for, newest first."""
    asked = query_of(request, OrderQuery)
    if asked.get("status"):
        orders = orders.filter(status=asked["status"])
    if "since" in asked:
        orders = orders.filter(placed_at__gte=asked["since"])
    return order_rows_of(orders)


class OrdersEndpoint(OwnerEndpoint, ListAPIView[Order]):
    serializer_class = OrderSerializer
    query_serializer = OrderQuery
    cursor_ordering = ("-placed_at", "-pk")

    def get_queryset(self) -> QuerySet[Order]:
        if not isinstance(self.request.user, User):
            raise NotAuthenticated
        return filtered(orders_of(Viewer(user_id=self.request.user.pk)), self.request)

    @extend_schema(
        tags=TAGS,
        summary="My orders",
        parameters=[OrderQuery],
        responses={200: OrderSerializer(many=True), **problems(400, 401, 403)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """A customer's, newest first."""
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAGS,
        summary="Order what is in the cart",
        parameters=[IDEMPOTENT, TAKES_TOKEN, REPLAYED, LOCATION],
        request=CheckoutBody,
        responses={201: PlacedOrder, **problems(400, 401, 403, 409, 422, 429)},
        examples=[TEXT, GUEST],
    )
    def post(self, request: Request) -> Response:
        """The cart's, priced anew for where it goes. A guest says an `email`, and gets the order's `order_token`.

        One cart becomes one order at most: the same request again gets the same answer, with an Idempotency-Key
        for a day. An order that waits for money is paid by POST payments/process.
        """
        customer = request.user if isinstance(request.user, User) else None
        return order_response(request, lambda: body_of(request, CheckoutBody), customer=customer)


class OrderEndpoint(OwnerEndpoint):
    serializer_class = OrderDetail

    @extend_schema(
        tags=TAGS,
        summary="An order",
        parameters=[TAKES_ORDER_TOKEN],
        responses={200: OrderDetail, **problems(401, 403, 404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """Its `id` is taken for the number as well."""
        return Response(OrderDetail(own_order(request, number)).data)


class CancelEndpoint(OwnerEndpoint):
    serializer_class = OrderDetail

    @extend_schema(
        tags=TAGS,
        summary="Cancel an order",
        parameters=[TAKES_ORDER_TOKEN],
        request=None,
        responses={200: OrderDetail, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, number: str) -> Response:
        """While nothing of it has left. Its goods are free again, and money that came goes back."""
        order = own_order(request, number)
        actor_id = request.user.pk if isinstance(request.user, User) else None
        cancel_order(order_id=order.pk, reason="customer", actor_id=actor_id)
        return Response(OrderDetail(detailed(order)).data)


class ReorderEndpoint(OwnerEndpoint):
    serializer_class = ReorderedSerializer

    @extend_schema(
        tags=TAGS,
        summary="Put the lines of an order into the cart again",
        parameters=[TAKES_ORDER_TOKEN, TAKES_TOKEN, gives_token(200)],
        request=None,
        responses={200: ReorderedSerializer, **problems(401, 403, 404)},
    )
    def post(self, request: Request, number: str) -> Response:
        """At today's prices. What there is not is `left_out`, and said why."""
        order, shopper = own_order(request, number), shopper_of(request)
        done = reorder(order=order, shopper=shopper)
        cart = done.cart
        now = cart_now(request, shopper_with(shopper, cart.public_id) if cart else shopper)
        shown = {"added": done.added, "left_out": done.left_out, "cart": now}
        response = Response(ReorderedSerializer(shown).data)
        return hand_out(request, response, shopper=shopper, cart=cart) if cart else response
