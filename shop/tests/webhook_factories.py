"""Endpoints and events for tests."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from shop.webhooks.models import WebhookDelivery, WebhookEndpoint
from shop.webhooks.selectors import secrets_of
from shop.webhooks.services.deliver import open_deliveries
from shop.webhooks.services.endpoints import EndpointFields, create_endpoint


def endpoint(url: str = "https://hooks.example/shop", events: tuple[str, ...] = ("*",), **kwargs: Any) -> Any:
    return create_endpoint(EndpointFields(url=url, events=events, **kwargs))


def delivery(to: WebhookEndpoint, kind: str = "order.paid", data: dict[str, Any] | None = None) -> WebhookDelivery:
    (made,) = open_deliveries(kind, data or {"number": "7KQ2"}, [to], happened_at=timezone.now())
    return made


def secret_of(to: WebhookEndpoint) -> str:
    return secrets_of(to)[0]
