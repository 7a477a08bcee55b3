"""/api/products/ and each of them."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.facets import ProductPagination
from catalog.api.listing import PARAMETERS, STATUS, asked_of, read_list, status_of
from catalog.api.representation import Values, is_editor, product_values
from catalog.api.serializers.products import NewProductSerializer, ProductSerializer
from catalog.api.writing import Change, edit_of, new_product
from catalog.models import Product, ProductStatus
from catalog.selectors.product_data import find_product_by_key, product_data
from catalog.services.archive_product import archive_product
from catalog.services.create_product import create_product
from catalog.services.edit_product import edit_product
from shop.api.conditional import etag, not_modified, tagged, wanted_versions
from shop.api.permissions import AnyoneReadsStaffWrites
from shop.api.schema import LOCATION, problems
from shop.api.serializers import body_of, located
from shop.common.errors import NotFound

TAGS = ["products"]
IF_NONE_MATCH = OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, description="An ETag: 304 if it holds.")
IF_MATCH = OpenApiParameter("If-Match", str, OpenApiParameter.HEADER, description="An ETag: 412 after another edit.")
SIMPLE = OpenApiExample(
    "One thing to buy",
    request_only=True,
    value={"name": "Clay mug", "price": "24.00", "stock_quantity": 12, "description": "Thrown by hand."},
)
CHOICE = OpenApiExample(
    "With variants",
    request_only=True,
    value={
        "name": "Contours print",
        "brand": {"name": "Studio Marram"},
        "variants": [
            {"sku": "CP-A4", "options": {"Size": "A4"}, "price": "24.00", "stock_quantity": 12},
            {"sku": "CP-A3", "options": {"Size": "A3"}, "price": "34.00", "stock_quantity": 5},
        ],
    },
)
PRICE = OpenApiExample("A new price", request_only=True, value={"price": "26.00"})


class ProductView(GenericAPIView[Any]):
    """What the views of products share."""

    permission_classes: Any = (AnyoneReadsStaffWrites,)
    serializer_class = ProductSerializer
    pagination_class: Any = None
    staff_permissions: ClassVar[dict[str, str]] = {
        "POST": "catalog.add_product",
        "PUT": "catalog.change_product",
        "PATCH": "catalog.change_product",
        "DELETE": "catalog.delete_product",
    }

    def find(self, key: str) -> Product:
        """What the caller may see: archived products only where `status` says so. Raises NotFound."""
        status = status_of(self.request)
        statuses = {status} | ({ProductStatus.DRAFT} if self._works_here() else set())
        found = find_product_by_key(key, statuses=statuses)
        if found is None:
            raise NotFound
        return found

    def values(self, product: Product, *, for_staff: bool) -> Values:
        (data,) = product_data([product], for_staff=for_staff)
        return product_values(data, self.request, for_staff=for_staff)

    def answer(self, product: Product, *, status: int = 200) -> Response:
        """The product with its tag, or 304."""
        shown = ProductSerializer(self.values(product, for_staff=self._works_here()))
        tag = etag(version=product.edit_version, rest=shown.data)
        unchanged = not_modified(self.request, tag) if self.request.method in ("GET", "HEAD") else None
        return unchanged or tagged(Response(shown.data, status=status), tag)

    def _works_here(self) -> bool:
        return is_editor(self.request) or self.request.method in self.staff_permissions


class ProductsView(ProductView):
    pagination_class = ProductPagination

    def get_serializer_class(self) -> type[ProductSerializer]:
        return NewProductSerializer if self.request.method == "POST" else ProductSerializer

    @extend_schema(
        tags=TAGS,
        summary="Products",
        operation_id="products_list",
        parameters=[*PARAMETERS, IF_NONE_MATCH],
        responses={200: ProductSerializer(many=True), 304: None, **problems(400, 401, 403, 429)},
    )
    def get(self, request: Request) -> Response:
        """By page, or to read everything by `cursor`."""
        products, body = read_list(request, asked_of(request))
        for_staff = is_editor(request)
        found = product_data(products, for_staff=for_staff)
        shown = [product_values(data, request, for_staff=for_staff) for data in found]
        body["results"] = ProductSerializer(shown, many=True).data
        tag = etag(rest=body)
        return not_modified(request, tag) or tagged(Response(body), tag)

    @extend_schema(
        tags=TAGS,
        summary="Add a product",
        operation_id="products_create",
        parameters=[LOCATION],
        request=NewProductSerializer,
        responses={201: ProductSerializer, **problems(400, 401, 403)},
        examples=[SIMPLE, CHOICE],
    )
    def post(self, request: Request) -> Response:
        """`price` and `stock_quantity` are those of its one variant; or send `variants`."""
        fields, variants = new_product(body_of(request, NewProductSerializer))
        made = create_product(fields=fields, variants=variants, actor_id=request.user.pk)
        return located(request, self.answer(made, status=201), at=f"products/{made.pk}")


class OneProductView(ProductView):
    @extend_schema(
        tags=TAGS,
        summary="A product",
        operation_id="products_retrieve",
        parameters=[STATUS, IF_NONE_MATCH],
        responses={200: ProductSerializer, 304: None, **problems(400, 401, 403, 404, 429)},
    )
    def get(self, request: Request, product: str) -> Response:
        """By id or slug. The ETag's first part counts edits: send it as If-Match with a change."""
        return self.answer(self.find(product))

    @extend_schema(
        tags=TAGS,
        summary="Change a product",
        operation_id="products_update",
        parameters=[STATUS, IF_MATCH],
        request=ProductSerializer,
        responses={200: ProductSerializer, **problems(400, 401, 403, 404, 409, 412)},
        examples=[PRICE],
    )
    def put(self, request: Request, product: str) -> Response:
        """What is left out stays as it is; of `variants`, those left out are archived."""
        return self._change(request, product, is_whole=True)

    @extend_schema(
        tags=TAGS,
        summary="Change parts of a product",
        operation_id="products_partial_update",
        parameters=[STATUS, IF_MATCH],
        request=ProductSerializer,
        responses={200: ProductSerializer, **problems(400, 401, 403, 404, 409, 412)},
        examples=[PRICE],
    )
    def patch(self, request: Request, product: str) -> Response:
        """What is left out stays as it is, variants too; those without `id` are added."""
        return self._change(request, product, is_whole=False)

    @extend_schema(
        tags=TAGS,
        summary="Archive a product",
        operation_id="products_destroy",
        parameters=[IF_MATCH],
        responses={204: None, **problems(401, 403, 404, 412)},
    )
    def delete(self, request: Request, product: str) -> Response:
        """It leaves the shop; orders keep it. PATCH `status` with `?status=archived` brings it back."""
        archive_product(product_id=self.find(product).pk, expected_versions=wanted_versions(request))
        return Response(status=204)

    def _change(self, request: Request, key: str, *, is_whole: bool) -> Response:
        found = self.find(key)
        shown = self.values(found, for_staff=True)
        body = body_of(request, ProductSerializer, instance=shown)
        sent = body | {name: True for name in ("updated_at",) if name in request.data}
        change = Change(body=sent, shown=shown, is_whole=is_whole)
        return self.answer(edit_product(product_id=found.pk, edit=edit_of(request, change)))
