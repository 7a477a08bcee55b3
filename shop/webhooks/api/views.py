"""Webhooks by API: made, changed, tried out, looked into."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from shop.api.permissions import StaffByPermission
from shop.api.schema import LOCATION, problems, sent
from shop.api.serializers import body_of, located, query_of
from shop.common.errors import NotFound
from shop.webhooks.api.serializers import DeliveryQuery, DeliveryRow, WebhookBody, WebhookWithSecret, fields_of
from shop.webhooks.models import WebhookDelivery, WebhookEndpoint
from shop.webhooks.selectors import deliveries_of, with_tries
from shop.webhooks.services.endpoints import (
    create_endpoint,
    delete_endpoint,
    ping,
    redeliver,
    rotate_secret,
    update_endpoint,
)

TAGS = ["webhooks"]
A_WEBHOOK = {"url": "https://warehouse.example/hooks", "events": ["order.*", "stock.low"]}
WHOLE = sent("Orders, and what runs out", A_WEBHOOK)
ON_AGAIN = sent("On again", {"is_active": True})


@method_decorator(never_cache, name="dispatch")
class WebhookView(APIView):
    permission_classes = (StaffByPermission,)
    staff_permissions = {
        "GET": "webhooks.view_webhookendpoint",
        "POST": "webhooks.change_webhookendpoint",
        "PUT": "webhooks.change_webhookendpoint",
        "PATCH": "webhooks.change_webhookendpoint",
        "DELETE": "webhooks.delete_webhookendpoint",
    }

    def endpoint(self, public_id: str) -> WebhookEndpoint:
        found = WebhookEndpoint.objects.filter(public_id=public_id).first()
        if found is None:
            raise NotFound
        return found


class WebhooksView(WebhookView, ListAPIView[WebhookEndpoint]):
    serializer_class = WebhookBody
    queryset = WebhookEndpoint.objects.all()
    staff_permissions = {**WebhookView.staff_permissions, "POST": "webhooks.add_webhookendpoint"}

    @extend_schema(tags=TAGS, summary="Webhooks", responses={200: WebhookBody(many=True), **problems(400, 401, 403)})
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(
        tags=TAGS,
        summary="Make a webhook",
        parameters=[LOCATION],
        request=WebhookBody,
        responses={201: WebhookWithSecret, **problems(400, 401, 403, 409)},
        examples=[WHOLE],
    )
    def post(self, request: Request) -> Response:
        """The answer holds the secret that messages are signed with; it is not shown again."""
        endpoint = create_endpoint(fields_of(body_of(request, WebhookBody)))
        answer = Response(WebhookWithSecret(endpoint).data, status=201)
        return located(request, answer, at=f"admin/webhooks/{endpoint.public_id}")


class OneWebhookView(WebhookView):
    @extend_schema(tags=TAGS, summary="A webhook", responses={200: WebhookBody, **problems(401, 403, 404)})
    def get(self, request: Request, public_id: str) -> Response:
        return Response(WebhookBody(self.endpoint(public_id)).data)

    @extend_schema(
        tags=TAGS,
        summary="Change a webhook",
        request=WebhookBody,
        responses={200: WebhookBody, **problems(400, 401, 403, 404)},
        examples=[WHOLE],
    )
    def put(self, request: Request, public_id: str) -> Response:
        """What is left out of `description` and `is_active` stays as it is."""
        return self._update(request, public_id)

    @extend_schema(
        tags=TAGS,
        summary="Change parts of a webhook",
        request=WebhookBody(partial=True),
        responses={200: WebhookBody, **problems(400, 401, 403, 404)},
        examples=[ON_AGAIN],
    )
    def patch(self, request: Request, public_id: str) -> Response:
        """`{"is_active": true}` switches it on again after it was off."""
        return self._update(request, public_id, partial=True)

    @extend_schema(tags=TAGS, summary="Remove a webhook", responses={204: None, **problems(401, 403, 404)})
    def delete(self, request: Request, public_id: str) -> Response:
        """With the log of its deliveries."""
        delete_endpoint(public_id=public_id)
        return Response(status=204)

    def _update(self, request: Request, public_id: str, *, partial: bool = False) -> Response:
        endpoint = self.endpoint(public_id)
        body = body_of(request, WebhookBody, instance=endpoint, partial=partial)
        return Response(WebhookBody(update_endpoint(public_id=public_id, fields=fields_of(body, endpoint))).data)


class SecretView(WebhookView):
    @extend_schema(
        tags=TAGS,
        summary="Give a webhook a new secret",
        request=None,
        responses={200: WebhookWithSecret, **problems(401, 403, 404)},
    )
    def post(self, request: Request, public_id: str) -> Response:
        """Until `previous_secret_until`, 24 hours from now, messages carry a signature by the old one as well."""
        return Response(WebhookWithSecret(rotate_secret(public_id=public_id)).data)


class PingView(WebhookView):
    @extend_schema(
        tags=TAGS,
        summary="Send a test event",
        request=None,
        responses={202: DeliveryRow, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, public_id: str) -> Response:
        """An event `ping`, whatever is subscribed; its delivery tells how it went."""
        return _delivery(ping(public_id=public_id))


class DeliveriesView(WebhookView, ListAPIView[WebhookDelivery]):
    serializer_class = DeliveryRow
    query_serializer = DeliveryQuery

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        wanted = query_of(self.request, DeliveryQuery)
        deliveries = deliveries_of(self.endpoint(self.kwargs["public_id"]))
        return deliveries.filter(state=wanted["status"]) if "status" in wanted else deliveries

    @extend_schema(
        tags=TAGS,
        summary="What was sent to a webhook",
        parameters=[DeliveryQuery],
        responses={200: DeliveryRow(many=True), **problems(400, 401, 403, 404)},
    )
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Newest first, of the last thirty days."""
        return super().get(request, *args, **kwargs)


class RedeliverView(WebhookView):
    @extend_schema(
        tags=TAGS,
        summary="Send an event again",
        request=None,
        responses={202: DeliveryRow, **problems(401, 403, 404, 409)},
    )
    def post(self, request: Request, public_id: str) -> Response:
        """With the same `webhook-id`, so that a receiver that has it already knows."""
        return _delivery(redeliver(public_id=public_id))


def _delivery(delivery: WebhookDelivery) -> Response:
    shown = with_tries(WebhookDelivery.objects.filter(pk=delivery.pk)).get()
    return Response(DeliveryRow(shown).data, status=202)
