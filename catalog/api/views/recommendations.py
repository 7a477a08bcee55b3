"""What goes with a product."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.representation import Values, product_values
from catalog.api.serializers.products import ProductSerializer
from catalog.api.views.products import ProductView
from catalog.models import Product
from catalog.selectors.product_data import product_data
from catalog.selectors.recommendations import recommended
from shop.api.schema import problems


class RecommendationsSerializer(serializers.Serializer[Any]):
    bought_together = ProductSerializer(many=True)
    similar = ProductSerializer(many=True)


class RecommendationsView(ProductView):
    serializer_class: Any = RecommendationsSerializer

    @extend_schema(
        tags=["products"],
        summary="What goes with a product",
        operation_id="product_recommendations",
        responses={200: RecommendationsSerializer, **problems(401, 404, 429)},
    )
    def get(self, request: Request, product: str) -> Response:
        """Best first, only what can be bought now. Worked out from orders every few hours."""
        found = recommended(self.find(product))
        shown = self._cards([*found.bought, *found.similar])
        body = {"bought_together": shown[: len(found.bought)], "similar": shown[len(found.bought) :]}
        return Response(RecommendationsSerializer(body).data)

    def _cards(self, products: list[Product]) -> list[Values]:
        return [product_values(data, self.request, for_staff=False) for data in product_data(products)]
