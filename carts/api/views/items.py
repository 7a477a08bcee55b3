"""What is in the cart, and what is put aside for later."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.serializers import AddBody, ItemInCartSerializer, LineSerializer, SavedSerializer
from carts.api.shopper import TAKES_TOKEN, gives_token, hand_out, shopper_of
from carts.api.shown import shown_saved
from carts.api.views.base import TAGS, ShopperEndpoint, cart_now, item_answer, line_in, shopper_with
from carts.api.wanted import wanted_variant
from carts.models import SavedLine
from carts.selectors.carts import saved_lines
from carts.services.items import accept_prices, add_item, remove_item, set_quantity
from carts.services.saved import forget_saved, restore_saved, save_for_later
from shop.api.schema import problems, sent
from shop.api.serializers import body_of

THREE = sent("Three of it", {"quantity": 3})


class ItemsEndpoint(ShopperEndpoint):
    serializer_class = AddBody

    @extend_schema(
        tags=TAGS,
        summary="Put something into the cart",
        parameters=[TAKES_TOKEN, gives_token(201)],
        request=AddBody,
        responses={201: ItemInCartSerializer, **problems(400, 401, 403, 404, 409)},
        examples=[OpenApiExample("Two of a product", value={"product_id": 1, "quantity": 2}, request_only=True)],
    )
    def post(self, request: Request) -> Response:
        """The same variant adds up. A guest without cookies gets the cart's X-Cart-Token with the first thing."""
        shopper = shopper_of(request)
        body = body_of(request, AddBody)
        line = add_item(shopper=shopper, variant_id=wanted_variant(shopper, body), quantity=body["quantity"])
        response = item_answer(request, shopper_with(shopper, line.cart.public_id), line.public_id, status=201)
        return hand_out(request, response, shopper=shopper, cart=line.cart)


class ItemEndpoint(ShopperEndpoint):
    serializer_class = LineSerializer

    @extend_schema(
        tags=TAGS,
        summary="Change how many",
        parameters=[TAKES_TOKEN],
        request=LineSerializer,
        responses={200: ItemInCartSerializer, 204: None, **problems(400, 401, 403, 404, 409)},
        examples=[THREE],
    )
    def put(self, request: Request, line_id: str) -> Response:
        """0 removes the line and answers 204. The price of now counts as seen."""
        return self._change(request, line_id, partial=False)

    @extend_schema(
        tags=TAGS,
        summary="Change how many",
        parameters=[TAKES_TOKEN],
        request=LineSerializer,
        responses={200: ItemInCartSerializer, 204: None, **problems(400, 401, 403, 404, 409)},
        examples=[THREE],
    )
    def patch(self, request: Request, line_id: str) -> Response:
        """As PUT."""
        return self._change(request, line_id, partial=True)

    @extend_schema(
        tags=TAGS,
        summary="Take a line out",
        parameters=[TAKES_TOKEN],
        responses={204: None, **problems(401, 403, 404)},
    )
    def delete(self, request: Request, line_id: str) -> Response:
        remove_item(shopper=shopper_of(request), line_id=line_id)
        return Response(status=204)

    def _change(self, request: Request, line_id: str, *, partial: bool) -> Response:
        shopper = shopper_of(request)
        shown = line_in(cart_now(request, shopper), line_id)
        body = body_of(request, LineSerializer, instance=shown, partial=partial)
        if "quantity" in body:
            set_quantity(shopper=shopper, line_id=line_id, quantity=body["quantity"])
            if body["quantity"] == 0:
                return Response(status=204)
        accept_prices(shopper=shopper, shown={line_id: shown["unit_price"]})
        return item_answer(request, shopper, line_id)


class SaveEndpoint(ShopperEndpoint):
    serializer_class = SavedSerializer

    @extend_schema(
        tags=TAGS,
        summary="Save a line for later",
        parameters=[TAKES_TOKEN],
        request=None,
        responses={201: SavedSerializer, **problems(401, 403, 404)},
    )
    def post(self, request: Request, line_id: str) -> Response:
        """Its units are free for others meanwhile."""
        shopper = shopper_of(request)
        saved = save_for_later(shopper=shopper, line_id=line_id)
        return Response(SavedSerializer(shown_saved(saved_lines(shopper).get(pk=saved.pk), request)).data, status=201)


class SavedListEndpoint(ShopperEndpoint, ListAPIView[SavedLine]):
    serializer_class = SavedSerializer

    def get_queryset(self) -> QuerySet[SavedLine]:
        return saved_lines(shopper_of(self.request)).order_by("-pk")

    def get_serializer(self, *args: Any, **kwargs: Any) -> Any:
        if args:
            args = ([shown_saved(saved, self.request) for saved in args[0]], *args[1:])
        return super().get_serializer(*args, **kwargs)

    @extend_schema(
        tags=TAGS,
        summary="What is saved for later",
        parameters=[TAKES_TOKEN],
        responses={200: SavedSerializer(many=True), **problems(400, 401, 403)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().get(request, *args, **kwargs)


class SavedEndpoint(ShopperEndpoint):
    serializer_class = SavedSerializer

    @extend_schema(
        tags=TAGS,
        summary="Forget something saved",
        parameters=[TAKES_TOKEN],
        responses={204: None, **problems(401, 403, 404)},
    )
    def delete(self, request: Request, saved_id: str) -> Response:
        forget_saved(shopper=shopper_of(request), saved_id=saved_id)
        return Response(status=204)


class RestoreEndpoint(ShopperEndpoint):
    serializer_class = ItemInCartSerializer

    @extend_schema(
        tags=TAGS,
        summary="Put something saved back into the cart",
        parameters=[TAKES_TOKEN],
        request=None,
        responses={201: ItemInCartSerializer, **problems(400, 401, 403, 404, 409)},
    )
    def post(self, request: Request, saved_id: str) -> Response:
        """When there is not enough it stays saved."""
        shopper = shopper_of(request)
        return item_answer(request, shopper, restore_saved(shopper=shopper, saved_id=saved_id).public_id, status=201)
