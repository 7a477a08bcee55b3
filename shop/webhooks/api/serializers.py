"""Webhooks as staff and their programs see them."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from shop.api.fields import FlagField, TextField, TimeField
from shop.api.serializers import StrictSerializer
from shop.webhooks.events import EVENTS, SUBSCRIPTIONS
from shop.webhooks.models import DeliveryState, WebhookEndpoint
from shop.webhooks.selectors import secrets_of
from shop.webhooks.services.endpoints import EndpointFields

DELIVERY_STATES = DeliveryState.choices


class WebhookBody(StrictSerializer):
    """`events` are names such as `order.paid`, families such as `order.*`, or `*`."""

    id = serializers.CharField(source="public_id", read_only=True)
    url = TextField(max_length=500)
    description = TextField(max_length=200, required=False, allow_blank=True)
    events = serializers.ListField(child=serializers.ChoiceField(choices=SUBSCRIPTIONS), allow_empty=False)
    is_active = FlagField(required=False)
    disabled_reason = serializers.CharField(read_only=True)
    previous_secret_until = TimeField(source="previous_until", read_only=True, allow_null=True)
    created_at = TimeField(read_only=True)
    updated_at = TimeField(read_only=True)

    def validate_events(self, events: list[str]) -> list[str]:
        if len(set(events)) < len(events):
            raise serializers.ValidationError(_("An event stands here twice."), code="duplicate")
        return events


class WebhookWithSecret(WebhookBody):
    """`secret` is shown this once. It begins with `whsec_`, as Standard Webhooks write it."""

    secret = serializers.SerializerMethodField()

    def get_secret(self, endpoint: WebhookEndpoint) -> str:
        return secrets_of(endpoint)[0]


class AttemptRow(serializers.Serializer[Any]):
    status_code = serializers.IntegerField(allow_null=True)
    error = serializers.CharField()
    response = serializers.CharField(help_text="The first kilobyte.")
    duration_ms = serializers.IntegerField()
    created_at = TimeField()


class DeliveryRow(serializers.Serializer[Any]):
    id = serializers.CharField(source="public_id")
    webhook_id = serializers.CharField(source="event.public_id", help_text="The header of that name.")
    event = serializers.ChoiceField(source="event.kind", choices=[*EVENTS, "ping"])
    status = serializers.ChoiceField(source="state", choices=DELIVERY_STATES)
    payload = serializers.DictField(source="event.data")
    tries = serializers.IntegerField()
    next_try_at = TimeField(source="next_at", allow_null=True)
    delivered_at = TimeField(allow_null=True)
    created_at = TimeField()
    attempts = AttemptRow(many=True)


class DeliveryQuery(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=DELIVERY_STATES, required=False)


def fields_of(body: dict[str, Any], endpoint: WebhookEndpoint | None = None) -> EndpointFields:
    """What was sent, over what is there."""
    names = ("url", "events", "description", "is_active")
    present = {name: getattr(endpoint, name) for name in names} if endpoint else {}
    return EndpointFields(**{**present, **body})
