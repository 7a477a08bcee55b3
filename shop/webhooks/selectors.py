"""Reading webhooks and what became of their deliveries."""

from __future__ import annotations

from datetime import datetime

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils import timezone

from shop.common.encryption import decrypt
from shop.webhooks.models import WebhookDelivery, WebhookEndpoint

PURPOSE = "webhooks.secret"


def endpoints() -> QuerySet[WebhookEndpoint]:
    """All of them, each with the state of its newest delivery as `last_state`."""
    newest = WebhookDelivery.objects.filter(endpoint=OuterRef("pk")).order_by("-id")
    return WebhookEndpoint.objects.annotate(last_state=Subquery(newest.values("state")[:1]))


def deliveries_of(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """The endpoint's deliveries, newest first, with their events and tries."""
    return with_tries(WebhookDelivery.objects.filter(endpoint=endpoint))


def with_tries(deliveries: QuerySet[WebhookDelivery]) -> QuerySet[WebhookDelivery]:
    return deliveries.select_related("event").prefetch_related("attempts")


def secrets_of(endpoint: WebhookEndpoint, now: datetime | None = None) -> list[str]:
    """The secrets that sign now: the newest first, and the one before while it is good. Raises CannotDecrypt."""
    kept = [endpoint.encrypted_secret]
    if endpoint.encrypted_previous and endpoint.previous_until and endpoint.previous_until > (now or timezone.now()):
        kept.append(endpoint.encrypted_previous)
    return [decrypt(encrypted, purpose=PURPOSE) for encrypted in kept]
