"""Deliveries are kept for a while, to be looked at and sent again."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shop.common.unit import run_in_transaction
from shop.webhooks.models import DeliveryState, WebhookDelivery, WebhookEvent

KEPT = timedelta(days=30)
AT_ONCE = 500


def forget_old_events() -> int:
    """Delete events of more than thirty days ago that nobody waits for; return how many."""
    forgotten = 0
    while ids := _old_ids():
        run_in_transaction(lambda ids=ids: WebhookEvent.objects.filter(pk__in=ids).delete())  # type: ignore[misc]
        forgotten += len(ids)
    return forgotten


def _old_ids() -> list[int]:
    waiting = WebhookDelivery.objects.filter(state=DeliveryState.PENDING).values("event_id")
    old = WebhookEvent.objects.filter(created_at__lt=timezone.now() - KEPT).exclude(pk__in=waiting)
    return list(old.order_by("pk").values_list("pk", flat=True)[:AT_ONCE])
