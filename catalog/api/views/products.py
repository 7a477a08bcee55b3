"""/api/products/ and each of them."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.facets import ProductPagination
from catalog.api.listing import PARAMETERS, STATUS, asked_of, read_list, status_of
from catalog.api.representation import is_editor, product_values
from catalog.api.serializers.products import ProductSerializer
from catalog.models import Product, ProductStatus
from catalog.selectors.product_data import find_product_by_key, product_data
from shop.api.conditional import etag, not_modified, tagged
from shop.api.permissions import AnyoneReadsStaffWrites
from shop.api.schema import problems
from shop.common.errors import NotFound

TAGS = ["products"]


class ProductView(GenericAPIView[Any]):
    """What the views of products share."""

    permission_classes = (AnyoneReadsStaffWrites,)
    serializer_class = ProductSerializer
    pagination_class: Any = None
    staff_permissions = {
        "POST": "catalog.add_product",
        "PUT": "catalog.change_product",
        "PATCH": "catalog.change_product",
        "DELETE": "catalog.delete_product",
    }

    def show(self, product: Product) -> ProductSerializer:
        """Editors see more than others."""
        for_staff = is_editor(self.request)
        (data,) = product_data([product], for_staff=for_staff)
        return ProductSerializer(product_values(data, self.request, for_staff=for_staff))


class ProductsView(ProductView):
    pagination_class = ProductPagination

    @extend_schema(
        tags=TAGS,
        summary="Products",
        operation_id="products_list",
        parameters=PARAMETERS,
        responses={200: ProductSerializer(many=True), **problems(400, 401, 403, 429)},
    )
    def get(self, request: Request) -> Response:
        """By page, or to read everything by `cursor`. Answers with an ETag."""
        products, body = read_list(request, asked_of(request))
        for_staff = is_editor(request)
        found = product_data(products, for_staff=for_staff)
        shown = [product_values(data, request, for_staff=for_staff) for data in found]
        body["results"] = ProductSerializer(shown, many=True).data
        tag = etag(rest=body)
        return not_modified(request, tag) or tagged(Response(body), tag)


class OneProductView(ProductView):
    @extend_schema(
        tags=TAGS,
        summary="A product",
        operation_id="products_retrieve",
        parameters=[STATUS],
        responses={200: ProductSerializer, **problems(400, 401, 403, 404, 429)},
    )
    def get(self, request: Request, product: str) -> Response:
        """By id or slug. The ETag's first part counts edits: send it as If-Match with a change."""
        found = self.find(product)
        shown = self.show(found)
        tag = etag(version=found.edit_version, rest=shown.data)
        return not_modified(request, tag) or tagged(Response(shown.data), tag)

    def find(self, key: str) -> Product:
        """What the reader may see: archived products only where `status` says so. Raises NotFound."""
        status = status_of(self.request)
        statuses = {status} | ({ProductStatus.DRAFT} if is_editor(self.request) else set())
        found = find_product_by_key(key, statuses=statuses)
        if found is None:
            raise NotFound
        return found
