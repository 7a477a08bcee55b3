"""Reviews of a product."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from catalog.api.serializers.reviews import ReviewQuery, ReviewSerializer
from catalog.api.views.products import ProductView
from catalog.models import Review
from catalog.selectors.reviews import readable_reviews
from catalog.services.review_product import ReviewText, review_product
from shop.api.pagination import ShopPagination
from shop.api.permissions import AnyoneReadsCustomersWrite
from shop.api.schema import problems
from shop.api.serializers import body_of, query_of

TAGS = ["reviews"]
PRAISE = OpenApiExample(
    "Five stars", request_only=True, value={"rating": 5, "title": "Better on paper", "comment": "So fine a line."}
)


class ReviewsView(ProductView):
    permission_classes = (AnyoneReadsCustomersWrite,)
    staff_permissions: ClassVar[dict[str, str]] = {}
    serializer_class: Any = ReviewSerializer
    pagination_class = ShopPagination
    query_serializer = ReviewQuery
    cursor_ordering = ("-created_at", "-id")

    @extend_schema(
        tags=TAGS,
        summary="Reviews of a product",
        operation_id="product_reviews_list",
        parameters=[ReviewQuery],
        responses={200: ReviewSerializer(many=True), **problems(400, 401, 404, 429)},
    )
    def get(self, request: Request, product: str) -> Response:
        """Newest first. One's own is among them before it is approved."""
        found = self.find(product)
        rows: QuerySet[Review] = readable_reviews(found, user_id=request.user.pk, **query_of(request, ReviewQuery))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ReviewSerializer(page, many=True).data)

    @extend_schema(
        tags=TAGS,
        summary="Review a product",
        operation_id="product_reviews_create",
        request=ReviewSerializer,
        responses={201: ReviewSerializer, **problems(400, 401, 404, 409)},
        examples=[PRAISE],
    )
    def post(self, request: Request, product: str) -> Response:
        """Once for each customer and product: 409 `already_reviewed`. It waits until staff have read it."""
        if not isinstance(request.user, User):
            raise NotAuthenticated
        found = self.find(product)
        text = ReviewText(**body_of(request, ReviewSerializer))
        review = review_product(user=request.user, product_id=found.pk, text=text)
        return Response(ReviewSerializer(review).data, status=201)
