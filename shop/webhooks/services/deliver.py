"""Delivering: signed, tried until it is heard or three days are over."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from standardwebhooks import Webhook

from shop.common.encryption import CannotDecrypt
from shop.common.fetch import FetchError
from shop.common.posting import Post, post
from shop.common.unit import run_in_transaction
from shop.tasks.queue import enqueue_in, shop_task
from shop.webhooks.models import DeliveryState, WebhookAttempt, WebhookDelivery, WebhookEndpoint, WebhookEvent
from shop.webhooks.selectors import secrets_of

GIVE_UP_AFTER = timedelta(days=3)
FIRST_PAUSE = timedelta(seconds=10)
FACTOR = 3
LONGEST_PAUSE = timedelta(hours=12)
ANSWER_SECONDS = 10.0
KEPT_BYTES = 1024
GONE = 410


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one try came to: the answer's status and beginning, or why there was none."""

    status_code: int | None = None
    response: str = ""
    error: str = ""
    duration_ms: int = 0

    @property
    def is_heard(self) -> bool:
        return self.status_code is not None and 200 <= self.status_code < 300


def open_deliveries(
    kind: str, data: dict[str, Any], endpoints: Sequence[WebhookEndpoint], *, happened_at: datetime
) -> list[WebhookDelivery]:
    """A step: an event, and a delivery of it to each endpoint."""
    event = WebhookEvent.objects.create(kind=kind, data=data, created_at=happened_at)
    deliveries = [
        WebhookDelivery.objects.create(endpoint=endpoint, event=event, **_fresh(happened_at)) for endpoint in endpoints
    ]
    for delivery in deliveries:
        deliver_webhook.enqueue(delivery_id=delivery.pk)
    return deliveries


def reopen(delivery: WebhookDelivery) -> None:
    """A step, with the delivery locked: try it again from the start."""
    WebhookDelivery.objects.filter(pk=delivery.pk).update(
        state=DeliveryState.PENDING, tries=0, delivered_at=None, **_fresh(timezone.now())
    )
    deliver_webhook.enqueue(delivery_id=delivery.pk)


@shop_task(priority=-10)
def deliver_webhook(delivery_id: int) -> None:
    """Try once; try again later unless it was heard, the endpoint is gone for good, or three days are over.

    A task whose worker died is done again by another, so a message may arrive twice, with the same webhook-id.
    """
    found = WebhookDelivery.objects.select_related("endpoint", "event").filter(pk=delivery_id)
    delivery = found.first()
    if delivery is None or delivery.state != DeliveryState.PENDING:
        return
    if delivery.next_at is not None and delivery.next_at > timezone.now() + timedelta(seconds=1):
        return  # another task of this delivery was faster, and has made the next one
    outcome = send(delivery) if delivery.endpoint.is_active else Outcome(error=_("The webhook is switched off."))
    run_in_transaction(lambda: _store(delivery_id, delivery.tries, outcome))


def send(delivery: WebhookDelivery) -> Outcome:
    """One signed POST, outside of any transaction."""
    started = time.perf_counter()
    try:
        headers = _headers(delivery)
    except CannotDecrypt:
        return Outcome(error=_("The secret cannot be read: SECRET_KEY has changed. Make a new one."))
    message = Post(
        url=delivery.endpoint.url,
        body=body_of(delivery.event).encode(),
        headers=headers,
        seconds=ANSWER_SECONDS,
        keep_bytes=KEPT_BYTES,
        allow_private=settings.SHOP_WEBHOOKS_ALLOW_PRIVATE,
    )
    try:
        answer = post(message)
    except FetchError as error:
        return Outcome(error=str(error)[:300], duration_ms=_since(started))
    return Outcome(status_code=answer.status, response=_readable(answer.body), duration_ms=_since(started))


def body_of(event: WebhookEvent) -> str:
    """The message: the same text for each try, so that it can be compared."""
    happened = event.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return json.dumps({"type": event.kind, "timestamp": happened, "data": event.data}, separators=(",", ":"))


def pause_after(tries: int) -> timedelta:
    """How long to wait after that many tries: 10 seconds, three times as long each time, 12 hours at most."""
    factor: int = FACTOR ** min(tries - 1, 20)
    return min(LONGEST_PAUSE, FIRST_PAUSE * factor)


def _headers(delivery: WebhookDelivery) -> dict[str, str]:
    now = datetime.now(UTC).replace(microsecond=0)
    message_id = delivery.event.public_id
    text = body_of(delivery.event)
    signatures = [
        Webhook(secret).sign(msg_id=message_id, timestamp=now, data=text) for secret in secrets_of(delivery.endpoint)
    ]
    return {
        "Content-Type": "application/json",
        "User-Agent": f"Storekeeper/{settings.VERSION}",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _store(delivery_id: int, tries_before: int, outcome: Outcome) -> None:
    """The second unit: what came of it, and what happens next. Of two tasks for one try the first one counts."""
    delivery = WebhookDelivery.objects.select_for_update().select_related("endpoint").filter(pk=delivery_id).first()
    if delivery is None or delivery.state != DeliveryState.PENDING or delivery.tries != tries_before:
        return
    WebhookAttempt.objects.create(delivery=delivery, **vars(outcome))
    delivery.tries += 1
    now = timezone.now()
    if outcome.is_heard:
        delivery.state, delivery.delivered_at, delivery.next_at = DeliveryState.DELIVERED, now, None
    elif outcome.status_code == GONE or not delivery.endpoint.is_active or now >= delivery.give_up_at:
        delivery.state, delivery.next_at = DeliveryState.FAILED, None
    else:
        delivery.next_at = min(now + pause_after(delivery.tries), delivery.give_up_at)
        seconds = (delivery.next_at - now).total_seconds()
        enqueue_in(deliver_webhook, seconds=max(1.0, seconds), delivery_id=delivery.pk)
    delivery.save(update_fields=["state", "tries", "next_at", "delivered_at"])
    if outcome.status_code == GONE:
        _switch_off(delivery.endpoint_id)


def _switch_off(endpoint_id: int) -> None:
    reason = _("It answered 410 Gone.")
    WebhookEndpoint.objects.filter(pk=endpoint_id).update(
        is_active=False, disabled_reason=reason, updated_at=timezone.now()
    )


def _fresh(now: datetime) -> dict[str, datetime]:
    return {"next_at": now, "give_up_at": now + GIVE_UP_AFTER}


def _since(started: float) -> int:
    return round((time.perf_counter() - started) * 1000)


def _readable(body: bytes) -> str:
    """Text that both databases take."""
    return body.decode(errors="replace").replace("\x00", "�")
