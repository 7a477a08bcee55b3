"""What a shopper can choose from before ordering."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from carts.api.shopper import TAKES_TOKEN, shopper_of
from carts.api.views.base import ShopperEndpoint
from carts.selectors.carts import cart_view
from carts.selectors.shipping import countries
from orders.api.serializers import OptionsSerializer
from orders.gateways.registry import payment_methods
from shop.api.schema import problems


class OptionsEndpoint(ShopperEndpoint):
    serializer_class = OptionsSerializer

    @extend_schema(
        tags=["cart"],
        summary="Ways of delivery and payment, and countries",
        parameters=[TAKES_TOKEN],
        responses={200: OptionsSerializer, **problems(401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Ways of delivery are those that reach where the cart goes, with their prices; none while it is empty."""
        options = {
            "shipping_methods": cart_view(shopper_of(request)).shipping_options,
            "payment_methods": [
                {"code": m.code, "name": m.name, "description": m.description, "public": m.public()}
                for m in payment_methods()
            ],
            "countries": [{"code": code, "name": name} for code, name in countries()],
        }
        return Response(OptionsSerializer(options).data)
