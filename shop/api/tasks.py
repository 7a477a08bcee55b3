"""Tidying the API's own tables."""

from __future__ import annotations

from django.utils import timezone

from shop.api.idempotency import KEPT
from shop.api.models import IdempotencyRecord, RateCounter
from shop.common.unit import run_in_transaction
from shop.tasks.schedule import every


@every(hours=1)
def forget_what_ended() -> int:
    """Stored answers after a day, and counters of windows that are over. Returns how many."""
    now = timezone.now()
    ended = (
        IdempotencyRecord.objects.filter(created_at__lt=now - KEPT),
        RateCounter.objects.filter(expires_at__lt=now),
    )
    return sum(run_in_transaction(rows.delete)[0] for rows in ended)
