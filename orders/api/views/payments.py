"""Paying an order, and how its payments stand."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from orders.api.serializers import ConfirmBody, PayBody, PaymentSerializer, payment_body
from orders.api.viewer import TAKES_ORDER_TOKEN, OwnerEndpoint, viewer_of
from orders.models import Order, Payment, PaymentState
from orders.selectors.orders import Viewer, orders_of, payments_of
from orders.services.pay import PaymentDeclined, PayOrder, confirm_payment, pay_order
from shop.api.idempotency import Answer, Claim, Once, claim_of, respond_once
from shop.api.problems import problem_of
from shop.api.schema import IDEMPOTENT, LOCATION, REPLAYED, problems, sent
from shop.api.serializers import body_of, located
from shop.common.errors import NotFound

TAGS = ["payments"]
DONE = sent("The customer confirmed", {"approved": True})
CARD = OpenApiExample(
    "A test card", {"order_number": "7KQ2-M9XD-04TB", "method": "test", "token": "4242424242424242"}, request_only=True
)


class ProcessEndpoint(OwnerEndpoint):
    serializer_class = PayBody

    @extend_schema(
        tags=TAGS,
        summary="Pay an order",
        parameters=[IDEMPOTENT, TAKES_ORDER_TOKEN, REPLAYED, LOCATION],
        request=PayBody,
        responses={201: PaymentSerializer, **problems(400, 401, 402, 403, 404, 409, 422)},
        examples=[CARD],
    )
    def post(self, request: Request) -> Response:
        """`captured` is paid; `requires_action` waits for the customer (`next_action`), `processing` and `pending`
        for the bank: look at the payment again. 402 `payment_declined`: the order stays payable.
        """
        viewer = viewer_of(request)
        body = body_of(request, PayBody)
        order = _order(viewer, body)
        pay = PayOrder(order_id=order.pk, method=body.get("method", ""), token=body.get("token", ""))
        response = respond_once(_claim(request, order), lambda once: _tried(pay, once), _answer(request))
        return located(request, response, at=f"payments/{response.data.get('id', '')}")


class PaymentsEndpoint(OwnerEndpoint, ListAPIView[Payment]):
    serializer_class = PaymentSerializer

    def get_queryset(self) -> QuerySet[Payment]:
        return payments_of(viewer_of(self.request)).order_by("-pk")

    @extend_schema(
        tags=TAGS,
        summary="My payments",
        parameters=[TAKES_ORDER_TOKEN],
        responses={200: PaymentSerializer(many=True), **problems(400, 401, 403)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Of all my orders, newest first."""
        return super().get(request, *args, **kwargs)


class PaymentEndpoint(OwnerEndpoint):
    serializer_class = PaymentSerializer

    @extend_schema(
        tags=TAGS,
        summary="A payment",
        parameters=[TAKES_ORDER_TOKEN],
        responses={200: PaymentSerializer, **problems(401, 403, 404)},
    )
    def get(self, request: Request, payment_id: str) -> Response:
        return Response(payment_body(_payment(request, payment_id)))


class ConfirmEndpoint(OwnerEndpoint):
    serializer_class = ConfirmBody

    @extend_schema(
        tags=TAGS,
        summary="Go on after the customer's answer",
        parameters=[TAKES_ORDER_TOKEN],
        request=ConfirmBody,
        responses={200: PaymentSerializer, **problems(400, 401, 402, 403, 404, 409)},
        examples=[DONE],
    )
    def post(self, request: Request, payment_id: str) -> Response:
        """For a payment that `requires_action`, once its customer has done what `next_action` says."""
        payment = _payment(request, payment_id)
        approved = body_of(request, ConfirmBody)["approved"]
        return Response(payment_body(confirm_payment(payment=payment, approved=approved)))


def _order(viewer: Viewer, body: dict[str, Any]) -> Order:
    """Raises NotFound for others' orders."""
    named = {"public_id": body["order_id"]} if "order_id" in body else {"number": body["order_number"]}
    order = orders_of(viewer).filter(**named).first()
    if order is None:
        raise NotFound
    return order


def _payment(request: Request, payment_id: str) -> Payment:
    payment = payments_of(viewer_of(request)).filter(public_id=payment_id).first()
    if payment is None:
        raise NotFound
    return payment


def _tried(pay: PayOrder, once: Once[Payment] | None) -> Payment:
    try:
        return pay_order(pay, once=once)
    except PaymentDeclined as declined:
        return declined.payment


def _answer(request: Request) -> Callable[[Payment], Answer]:
    """201 with the payment, or the problem when it was declined; both are kept with the key."""

    def answer(payment: Payment) -> Answer:
        if payment.state != PaymentState.FAILED:
            return Answer(status=201, body=payment_body(payment))
        problem = problem_of(PaymentDeclined(payment)) or {}
        return Answer(status=402, body={**problem, "request_id": getattr(request, "request_id", "")})

    return answer


def _claim(request: Request, order: Order) -> Claim | None:
    """A guest has the order and nothing else."""
    scope = f"user:{request.user.pk}" if isinstance(request.user, User) else f"order:{order.public_id}"
    return claim_of(request, scope=scope, asked=request.data)
