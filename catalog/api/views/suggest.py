"""/api/products/suggest: what to offer while somebody types."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from catalog.api.representation import image_values
from catalog.api.serializers.products import CategoryLinkSerializer, ProductImageSerializer
from catalog.models import Product
from catalog.selectors.listing_query import LONGEST_SEARCH
from catalog.selectors.suggest import suggest
from shop.api.fields import MoneyField
from shop.api.parameters import check_parameters
from shop.api.schema import problems
from shop.common.errors import InvalidInput
from shop.common.text import text_problem

PLAIN = ("id", "slug", "name", "subtitle", "price", "price_to", "in_stock")


class SuggestedProductSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    slug = serializers.CharField()
    name = serializers.CharField()
    subtitle = serializers.CharField()
    url = serializers.URLField()
    price = MoneyField()
    price_to = MoneyField()
    currency = serializers.CharField()
    in_stock = serializers.BooleanField()
    image = ProductImageSerializer(allow_null=True)


class SuggestionsSerializer(serializers.Serializer[Any]):
    products = SuggestedProductSerializer(many=True)
    categories = CategoryLinkSerializer(many=True)
    queries = serializers.ListField(child=serializers.CharField(), help_text="What others have searched for.")


class SuggestView(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        tags=["products"],
        summary="Suggestions",
        operation_id="products_suggest",
        parameters=[
            OpenApiParameter("q", {"type": "string", "maxLength": LONGEST_SEARCH}, description="What is typed so far.")
        ],
        responses={200: SuggestionsSerializer, **problems(400, 401, 429)},
    )
    def get(self, request: Request) -> Response:
        """Products, categories and searches that go on from `q`; nothing for less than two letters."""
        check_parameters(request, ["q"])
        text = request.query_params.get("q", "")
        if problem := text_problem(text, longest=LONGEST_SEARCH):
            raise InvalidInput(problem, field="q")
        found = suggest(text)
        shown = {
            "products": [_values(product, request) for product in found.products],
            "categories": [
                {"id": shelf.id, "name": shelf.name, "slug": shelf.slug, "path": shelf.url_path}
                for shelf in found.categories
            ],
            "queries": found.searches,
        }
        return Response(SuggestionsSerializer(shown).data)


def _values(product: Product, request: Request) -> dict[str, Any]:
    return {
        **{name: getattr(product, name) for name in PLAIN},
        "currency": settings.SHOP_CURRENCY,
        "url": request.build_absolute_uri(product.get_absolute_url()),
        "image": image_values(product.main_image, request),
    }
