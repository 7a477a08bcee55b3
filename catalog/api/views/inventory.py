"""/api/admin/inventory: what is on the shelf, and the ledger of how it got there."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.api.serializers.inventory import InventoryBody, InventoryFilter, InventorySerializer, MovementSerializer
from catalog.api.views.products import IF_MATCH, IF_NONE_MATCH
from catalog.selectors.inventory import InventoryQuery, find_stock, inventory, movements
from catalog.services.stock import adjust_stock, set_on_hand
from shop.api.conditional import etag, not_modified, tagged, wanted_versions
from shop.api.pagination import ShopPagination
from shop.api.permissions import StaffByPermission
from shop.api.schema import problems
from shop.api.serializers import body_of, query_of
from shop.common.errors import InvalidInput, NotFound

TAGS = ["inventory"]
COUNTED = OpenApiExample("Counted", request_only=True, value={"stock_quantity": 12})
BROKEN = OpenApiExample("Two broke", request_only=True, value={"adjust": -2, "reason": "broken"})


class InventoryView(GenericAPIView[Any]):
    permission_classes = (StaffByPermission,)
    serializer_class: Any = InventorySerializer
    pagination_class: Any = ShopPagination
    query_serializer: Any = InventoryFilter
    cursor_ordering = ("pk",)
    staff_permissions: ClassVar[dict[str, str]] = {
        "GET": "catalog.view_stock",
        "PUT": "catalog.change_stock",
        "PATCH": "catalog.change_stock",
    }

    @extend_schema(
        tags=TAGS,
        summary="Stock of all variants",
        operation_id="inventory_list",
        parameters=[InventoryFilter],
        responses={200: InventorySerializer(many=True), **problems(400, 401, 403, 429)},
    )
    def get(self, request: Request) -> Response:
        """In the order of variants."""
        rows = inventory(InventoryQuery(**query_of(request, InventoryFilter)))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(InventorySerializer(page, many=True).data)


class OneInventoryView(InventoryView):
    serializer_class: Any = InventoryBody
    pagination_class: Any = None

    @extend_schema(
        tags=TAGS,
        summary="Stock of a variant",
        operation_id="inventory_retrieve",
        parameters=[IF_NONE_MATCH],
        responses={200: InventorySerializer, 304: None, **problems(401, 403, 404, 429)},
    )
    def get(self, request: Request, variant_id: int) -> Response:  # type: ignore[override]
        """The ETag's first part changes with what is on hand, not with holds and orders."""
        shown, tag = self._shown(variant_id)
        return not_modified(request, tag) or tagged(Response(shown), tag)

    @extend_schema(
        tags=TAGS,
        summary="Count or correct stock",
        operation_id="inventory_update",
        parameters=[IF_MATCH],
        request=InventoryBody,
        responses={200: InventorySerializer, **problems(400, 401, 403, 404, 409, 412)},
        examples=[COUNTED, BROKEN],
    )
    def put(self, request: Request, variant_id: int) -> Response:
        """`{stock_quantity}` or `{adjust, reason}`; 409 `stock_committed` below what is held and ordered."""
        self._change(request, variant_id)
        shown, tag = self._shown(variant_id)
        return tagged(Response(shown), tag)

    @extend_schema(
        tags=TAGS,
        summary="Count or correct stock",
        operation_id="inventory_partial_update",
        parameters=[IF_MATCH],
        request=InventoryBody,
        responses={200: InventorySerializer, **problems(400, 401, 403, 404, 409, 412)},
        examples=[COUNTED, BROKEN],
    )
    def patch(self, request: Request, variant_id: int) -> Response:
        """As PUT."""
        return self.put(request, variant_id)

    def _change(self, request: Request, variant_id: int) -> None:
        body = body_of(request, InventoryBody, instance=self._stock(variant_id))
        versions = wanted_versions(request)
        expected = None if versions is None else tuple(versions)
        actor_id, reason = request.user.pk, body.get("reason") or _("Counted")
        if "adjust" in body:
            adjust_stock(
                variant_id=variant_id,
                by=body["adjust"],
                reason=reason,
                actor_id=actor_id,
                expected_versions=expected,
            )
        elif "stock_quantity" in body:
            set_on_hand(
                variant_id=variant_id,
                quantity=body["stock_quantity"],
                reason=reason,
                actor_id=actor_id,
                expected_versions=expected,
            )
        elif not request.data:
            raise InvalidInput(_("This is needed, or adjust with a reason."), field="stock_quantity")

    def _shown(self, variant_id: int) -> tuple[Any, str]:
        stock = self._stock(variant_id)
        shown = InventorySerializer(stock).data
        return shown, etag(version=stock.edit_version, rest=shown)

    def _stock(self, variant_id: int) -> Any:
        """Raises NotFound."""
        found = find_stock(variant_id)
        if found is None:
            raise NotFound
        return found


class MovementsView(GenericAPIView[Any]):
    permission_classes = (StaffByPermission,)
    serializer_class: Any = MovementSerializer
    pagination_class: Any = ShopPagination
    cursor_ordering = ("-id",)
    staff_permissions: ClassVar[dict[str, str]] = {"GET": "catalog.view_stockmovement"}

    @extend_schema(
        tags=TAGS,
        summary="The ledger of a variant",
        operation_id="inventory_movements_list",
        responses={200: MovementSerializer(many=True), **problems(400, 401, 403, 404, 429)},
    )
    def get(self, request: Request, variant_id: int) -> Response:
        """Newest first; nothing in it is ever changed."""
        if find_stock(variant_id) is None:
            raise NotFound
        rows: QuerySet[Any] = movements(variant_id)
        return self.get_paginated_response(MovementSerializer(self.paginate_queryset(rows), many=True).data)
