"""Something happened: written down with it, and sent afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.utils import timezone

from shop.webhooks.events import wants
from shop.webhooks.models import WebhookEndpoint
from shop.webhooks.services.deliver import open_deliveries


def emit(kind: str, data: Callable[[], dict[str, Any]]) -> None:
    """A step: tell the endpoints that want events of this kind, once the caller's transaction is committed.

    `data` makes plain JSON and is only asked where somebody listens: the usual shop pays one query.
    """
    active = WebhookEndpoint.objects.filter(is_active=True).order_by("pk")
    listening = [endpoint for endpoint in active if wants(endpoint.events, kind)]
    if listening:
        open_deliveries(kind, data(), listening, happened_at=timezone.now())
