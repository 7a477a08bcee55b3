"""Orders for staff: found, read, moved on, refunded, sent, noted. Every change is the verb that the admin calls."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.authentication import actor_id_of
from accounts.api.views.base import PrivateView
from orders.api.papers import PDF, PdfOrProblem
from orders.api.rows import ParcelRow
from orders.api.staff.refunds import refund_answer
from orders.api.staff.serializers import (
    EventRow,
    NoteBody,
    OrderQuery,
    ParcelBody,
    RefundAnswer,
    RefundBody,
    StaffOrder,
    StaffOrderRow,
    StatusBody,
    event_body,
)
from orders.documents.pdf import pdf_response
from orders.models import Order, OrderStatus, Shipment
from orders.selectors.staff import OrderFilter, filtered_orders, for_staff, staff_order
from orders.services.add_note import add_note
from orders.services.give_back import GiveBack, give_back
from orders.services.issue_documents import issue_invoice
from orders.services.refunds import refundable
from orders.services.set_status import set_status
from orders.services.ship_order import Parcel, ship_order
from shop.api.idempotency import claim_of, respond_once
from shop.api.permissions import StaffByPermission
from shop.api.schema import IDEMPOTENT, REPLAYED, problems
from shop.api.serializers import body_of, query_of
from shop.common.errors import Forbidden, InvalidInput, NotFound
from shop.common.money import ZERO

TAGS = ["admin"]
VIEW, CHANGE, REFUND = "orders.view_order", "orders.change_order", "orders.refund_order"
A_REFUND = {"amount": "12.50", "reason": "damaged on the way"}
A_PARCEL = {
    "items": [{"line_id": "q0bBPvIVZ3aYgC2bXq1u5Q", "quantity": 2}],
    "carrier": "DHL",
    "tracking_number": "00340434161094042557",
    "tracking_url": "https://tracking.example/00340434161094042557",
}


class StaffOrderView(PrivateView):
    permission_classes = (StaffByPermission,)
    staff_permissions = {"GET": VIEW, "PUT": CHANGE, "POST": CHANGE}

    def order(self, number: str) -> Order:
        order = staff_order(number)
        if order is None:
            raise NotFound
        return order


class OrdersView(StaffOrderView, ListAPIView[Order]):
    serializer_class = StaffOrderRow
    query_serializer = OrderQuery
    cursor_ordering = ("-placed_at", "-pk")

    def get_queryset(self) -> QuerySet[Order]:
        return filtered_orders(OrderFilter(**query_of(self.request, OrderQuery)))

    @extend_schema(
        tags=TAGS,
        summary="Orders",
        parameters=[OrderQuery],
        responses={200: StaffOrderRow(many=True), **problems(400, 401, 403)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first."""
        return super().get(request, *args, **kwargs)


class OrderView(StaffOrderView):
    @extend_schema(tags=TAGS, summary="An order", responses={200: StaffOrder, **problems(401, 403, 404)})
    def get(self, request: Request, number: str) -> Response:
        """With payments, refunds, parcels and the whole timeline. Its `id` is taken for the number as well."""
        return Response(_shown(self.order(number)))


class StatusView(StaffOrderView):
    @extend_schema(
        tags=TAGS,
        summary="Move an order on",
        request=StatusBody,
        responses={200: StaffOrder, **problems(400, 401, 403, 404, 409)},
        examples=[OpenApiExample("Sent", {"status": "shipped"}, request_only=True)],
    )
    def put(self, request: Request, number: str) -> Response:
        """To one of its `transitions`; everything else is 409 `invalid_transition`.

        `paid` records the whole sum by hand, `shipped` sends everything that is open, `cancelled` and `refunded`
        give money back, for which the permission to refund is needed. A refund that the payment provider has not
        answered yet leaves the status as it is; it follows by itself.
        """
        order = self.order(number)
        body = body_of(request, StatusBody)
        status = OrderStatus(body["status"])
        _check_may_give_back(request, order, status)
        set_status(order_id=order.pk, status=status, note=body.get("note", ""), actor_id=actor_id_of(request))
        return Response(_shown(self.order(number)))


class RefundView(StaffOrderView):
    staff_permissions = {"POST": REFUND}

    @extend_schema(
        tags=TAGS,
        summary="Refund an order",
        request=RefundBody,
        parameters=[IDEMPOTENT, REPLAYED],
        responses={201: RefundAnswer, **problems(400, 401, 402, 403, 404, 409, 422)},
        examples=[OpenApiExample("A part", A_REFUND, request_only=True)],
    )
    def post(self, request: Request, number: str) -> Response:
        """Some or all of what was captured, by the way it came; never more. 402 `refund_declined` where the payment
        provider refuses: nothing went back, and it can be tried again with another Idempotency-Key."""
        order = self.order(number)
        body = body_of(request, RefundBody)
        asked = GiveBack(order_id=order.pk, actor_id=actor_id_of(request), **body)
        claim = claim_of(request, scope=_scope(request), asked=request.data)
        return respond_once(claim, lambda once: give_back(asked, once=once), refund_answer(request))


class ShipmentsView(StaffOrderView):
    @extend_schema(
        tags=TAGS,
        summary="Send a parcel",
        request=ParcelBody,
        responses={201: ParcelRow, **problems(400, 401, 403, 404, 409)},
        examples=[OpenApiExample("Two units of a line", A_PARCEL, request_only=True)],
    )
    def post(self, request: Request, number: str) -> Response:
        """Takes its units off the shelf and tells the customer. Without `items` it holds all that is open."""
        order = self.order(number)
        body = body_of(request, ParcelBody)
        quantities = body.pop("items", None)
        shipment = _ship(Parcel(order_id=order.pk, quantities=quantities, actor_id=actor_id_of(request), **body))
        shown = Shipment.objects.prefetch_related("lines__line").get(pk=shipment.pk)
        return Response(ParcelRow(shown).data, status=201)


class InvoiceView(StaffOrderView):
    renderer_classes = (PdfOrProblem, JSONRenderer)

    @extend_schema(tags=TAGS, summary="The invoice of an order", responses={**PDF, **problems(401, 403, 404, 409)})
    def get(self, request: Request, number: str) -> HttpResponse:
        """Issued with the next number when it is first asked for. 409 `no_invoice` while nothing is sold."""
        return pdf_response(issue_invoice(order_id=self.order(number).pk))


class NotesView(StaffOrderView):
    @extend_schema(
        tags=TAGS,
        summary="Add a note",
        request=NoteBody,
        responses={201: EventRow, **problems(400, 401, 403, 404)},
        examples=[OpenApiExample("For staff", {"note": "Called: send it on Friday."}, request_only=True)],
    )
    def post(self, request: Request, number: str) -> Response:
        """An entry of the timeline, for staff unless `is_public`."""
        order = self.order(number)
        body = body_of(request, NoteBody)
        event = add_note(
            order_id=order.pk,
            text=body["note"],
            is_public=body.get("is_public", False),
            actor_id=actor_id_of(request),
        )
        return Response(event_body(event), status=201)


def _shown(order: Order) -> dict[str, Any]:
    return dict(StaffOrder(for_staff(Order.objects.filter(pk=order.pk)).get()).data)


def _check_may_give_back(request: Request, order: Order, status: OrderStatus) -> None:
    """Where money goes back, the permission to refund is needed. Raises Forbidden."""
    gives = status == OrderStatus.REFUNDED or (status == OrderStatus.CANCELLED and refundable(order) > ZERO)
    if gives and not request.user.has_perm(REFUND):
        raise Forbidden


def _scope(request: Request) -> str:
    key = getattr(request.auth, "public_id", "") if request.user.pk is None else ""
    return f"key:{key}" if key else f"user:{request.user.pk}"


def _ship(parcel: Parcel) -> Shipment:
    """The service says `quantities` where the body says `items`."""
    try:
        return ship_order(parcel)
    except InvalidInput as refusal:
        fields = {("items" if name == "quantities" else name): said for name, said in refusal.fields.items()}
        raise InvalidInput(refusal.message, fields=fields) from refusal
