"""One customer's cart, checkout and orders: for themselves, and for staff who look or act for them."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import actor_id_of
from accounts.api.views.base import PrivateView
from accounts.models import User
from accounts.selectors.addresses import addresses_of
from accounts.services.postal import PostalInput
from carts.api.serializers import AddBody, CartSerializer, ItemInCartSerializer
from carts.api.shown import shown_cart
from carts.api.views.base import cart_now, line_in
from carts.api.wanted import wanted_variant
from carts.selectors.carts import Shopper, cart_view, open_carts
from carts.services.items import add_item
from carts.services.look_at_cart import Looked
from carts.services.open_cart import open_cart
from carts.services.take_out import Unwanted, take_out
from orders.api.checkout import order_response
from orders.api.serializers import CheckoutForBody, OrderDetail, OrderQuery, OrderSerializer, TakeOutBody
from orders.api.views.orders import filtered
from orders.models import Order
from orders.selectors.orders import Viewer, orders_of
from shop.api.permissions import has_method
from shop.api.schema import IDEMPOTENT, LOCATION, REPLAYED, problems, sent
from shop.api.serializers import body_of
from shop.common.errors import Conflict, Forbidden, InvalidInput, NotFound
from shop.observability.client import client_address

TAGS = ["users"]
TWO = sent("Two of a product", {"product_id": 1, "quantity": 2})
ONE = sent("One of them", {"product_id": 1, "quantity": 1})
THERE = sent("Somewhere else", {"delivery_address": "123 Main St", "note": "Rang us up."})
ACT = "accounts.act_for_customer"


class IsSomebody(BasePermission):
    """A person, or a key."""

    def has_permission(self, request: Request, view: APIView) -> bool:
        return not has_method(request, view) or isinstance(request.user, User) or request.auth is not None


class OfUserView(PrivateView):
    """The user themselves; staff with `sees`, and to change something with the permission to act for customers.

    Who may not see it is told that there is nothing.
    """

    permission_classes = (IsSomebody,)
    sees = "carts.view_cart"

    def customer(self, request: Request, user_id: int) -> User:
        """Raises NotFound."""
        customer = User.objects.filter(pk=user_id).first()
        themselves = customer is not None and customer == request.user
        if customer is None or not (themselves or (request.user.is_staff and request.user.has_perm(self.sees))):
            raise NotFound
        return customer

    def acting(self, request: Request, user_id: int) -> Shopper:
        """The customer as whoever acts for them. Raises Forbidden, and Conflict for an account that is off."""
        customer = self.customer(request, user_id)
        if customer == request.user:
            return Shopper(user_id=customer.pk, client_address=client_address(request))
        if not request.user.has_perm(ACT):
            raise Forbidden
        if not customer.is_active:
            raise Conflict(_("This account is switched off."))
        return Shopper(user_id=customer.pk, actor_id=actor_id_of(request))


class UserCartView(OfUserView):
    serializer_class = CartSerializer

    @extend_schema(tags=TAGS, summary="A customer's cart", responses={200: CartSerializer, **problems(401, 404)})
    def get(self, request: Request, user_id: int) -> Response:
        """Looking on changes nothing: what was no longer held is not held again by it."""
        return _cart(request, Shopper(user_id=self.customer(request, user_id).pk))

    @extend_schema(
        tags=TAGS,
        summary="Make the cart, or get it",
        request=None,
        responses={200: CartSerializer, 201: CartSerializer, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, user_id: int) -> Response:
        """201 when there was none."""
        shopper = self.acting(request, user_id)
        was_there = open_carts(shopper).exists()
        if not was_there:
            open_cart(shopper=shopper)
        return _cart(request, shopper, status=200 if was_there else 201)


class UserCartAddView(OfUserView):
    serializer_class = AddBody

    @extend_schema(
        tags=TAGS,
        summary="Put something into a customer's cart",
        request=AddBody,
        responses={201: ItemInCartSerializer, **problems(400, 401, 403, 404, 409)},
        examples=[TWO],
    )
    def post(self, request: Request, user_id: int) -> Response:
        """As POST cart/items."""
        shopper = self.acting(request, user_id)
        body = body_of(request, AddBody)
        line = add_item(shopper=shopper, variant_id=wanted_variant(shopper, body), quantity=body["quantity"])
        cart = _shown(request, shopper)
        return Response(ItemInCartSerializer({**line_in(cart, line.public_id), "cart": cart}).data, status=201)


class UserCartRemoveView(OfUserView):
    serializer_class = TakeOutBody

    @extend_schema(
        tags=TAGS,
        summary="Take something out of a customer's cart",
        request=TakeOutBody,
        responses={200: CartSerializer, **problems(400, 401, 403, 404, 409)},
        examples=[ONE],
    )
    def post(self, request: Request, user_id: int) -> Response:
        """`quantity` units of it, or all."""
        shopper = self.acting(request, user_id)
        take_out(shopper=shopper, unwanted=Unwanted(**body_of(request, TakeOutBody)))
        return _cart(request, shopper)


class UserCheckoutView(OfUserView):
    serializer_class = CheckoutForBody

    @extend_schema(
        tags=TAGS,
        summary="Order what is in a customer's cart",
        parameters=[IDEMPOTENT, REPLAYED, LOCATION],
        request=CheckoutForBody,
        responses={201: OrderDetail, **problems(400, 401, 403, 404, 409, 422, 429)},
        examples=[THERE],
    )
    def post(self, request: Request, user_id: int) -> Response:
        """As POST orders; without a `delivery_address` it goes to the customer's default address."""
        shopper = self.acting(request, user_id)
        customer = self.customer(request, user_id)
        return order_response(
            request,
            lambda: _with_address(body_of(request, CheckoutForBody), customer),
            customer=customer,
            actor_id=shopper.actor_id,
        )


class UserOrdersView(OfUserView, ListAPIView[Order]):
    serializer_class = OrderSerializer
    query_serializer = OrderQuery
    cursor_ordering = ("-placed_at", "-pk")
    sees = "orders.view_order"

    def get_queryset(self) -> QuerySet[Order]:
        customer = self.customer(self.request, self.kwargs["user_id"])
        return filtered(orders_of(Viewer(user_id=customer.pk)), self.request)

    @extend_schema(
        tags=TAGS,
        summary="A customer's orders",
        parameters=[OrderQuery],
        responses={200: OrderSerializer(many=True), **problems(400, 401, 404)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().get(request, *args, **kwargs)


def _cart(request: Request, shopper: Shopper, *, status: int = 200) -> Response:
    return Response(CartSerializer(_shown(request, shopper)).data, status=status)


def _shown(request: Request, shopper: Shopper) -> dict[str, Any]:
    """Its own customer finds held again what is there; whoever looks on changes nothing."""
    if isinstance(request.user, User) and request.user.pk == shopper.user_id:
        return cart_now(request, shopper)
    return shown_cart(Looked(view=cart_view(shopper), unheld={}), request)


def _with_address(body: dict[str, Any], customer: User) -> dict[str, Any]:
    """Raises InvalidInput where no address was said and none is known."""
    if "delivery_address" in body:
        return body
    known = list(addresses_of(customer.pk))
    delivery = next((address for address in known if address.is_default_shipping), None)
    if delivery is None:
        raise InvalidInput(_("Say where it is to go: no default address is known."), field="delivery_address")
    billing = next((address for address in known if address.is_default_billing), delivery)
    return {"billing_address": PostalInput.of(billing), **body, "delivery_address": PostalInput.of(delivery)}
