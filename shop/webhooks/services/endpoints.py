"""Endpoints: made, changed, tried out, given new secrets, removed."""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.common.encryption import encrypt
from shop.common.errors import Conflict, InvalidInput, Message, NotFound
from shop.common.fetch import FetchError
from shop.common.posting import checked_url
from shop.common.text import text_problem
from shop.common.unit import transactional
from shop.webhooks.events import PING, SUBSCRIPTIONS
from shop.webhooks.models import DeliveryState, WebhookDelivery, WebhookEndpoint
from shop.webhooks.selectors import PURPOSE
from shop.webhooks.services.deliver import open_deliveries, reopen

SECRET_BYTES = 24
LONGEST_DESCRIPTION = 200
MOST_ENDPOINTS = 50
OLD_SECRET_FOR = timedelta(hours=24)


class WebhookOff(Conflict):
    code = "webhook_inactive"
    default_message = _("This webhook is switched off. Switch it on first.")


@dataclass(frozen=True, kw_only=True)
class EndpointFields:
    """`events` are names such as "order.paid", families such as "order.*", or "*"."""

    url: str
    events: Sequence[str]
    description: str = ""
    is_active: bool = True


@transactional
def create_endpoint(fields: EndpointFields) -> WebhookEndpoint:
    """Make an endpoint with a new secret. Raises InvalidInput by field, Conflict beyond 50 of them."""
    return create_step(WebhookEndpoint(), fields)


@transactional
def update_endpoint(*, public_id: str, fields: EndpointFields) -> WebhookEndpoint:
    """Change an endpoint; switched on again, it forgets why it was off. Raises NotFound, InvalidInput by field."""
    return update_step(_locked(public_id), fields)


@transactional
def delete_endpoint(*, public_id: str) -> None:
    """Remove an endpoint, with what was delivered to it. Raises NotFound."""
    _locked(public_id).delete()


@transactional
def rotate_secret(*, public_id: str) -> WebhookEndpoint:
    """A new secret; for 24 hours messages are signed with the old one as well. Raises NotFound."""
    endpoint = _locked(public_id)
    endpoint.encrypted_previous, endpoint.previous_until = endpoint.encrypted_secret, timezone.now() + OLD_SECRET_FOR
    endpoint.encrypted_secret = encrypt(new_secret(), purpose=PURPOSE)
    endpoint.updated_at = timezone.now()
    endpoint.save()
    return endpoint


@transactional
def ping(*, public_id: str) -> WebhookDelivery:
    """Send a test event, whatever is subscribed. Raises NotFound, WebhookOff."""
    endpoint = _locked(public_id)
    if not endpoint.is_active:
        raise WebhookOff
    (delivery,) = open_deliveries(PING, {"webhook_id": endpoint.public_id}, [endpoint], happened_at=timezone.now())
    return delivery


@transactional
def redeliver(*, public_id: str) -> WebhookDelivery:
    """Send an event again, by hand; one that is still being tried is tried now. Raises NotFound, WebhookOff."""
    delivery = WebhookDelivery.objects.select_for_update().filter(public_id=public_id).first()
    if delivery is None:
        raise NotFound
    if not delivery.endpoint.is_active:
        raise WebhookOff
    reopen(delivery)
    delivery.refresh_from_db()
    return delivery


def create_step(endpoint: WebhookEndpoint, fields: EndpointFields) -> WebhookEndpoint:
    """A step: what `create_endpoint` does, inside a unit."""
    if WebhookEndpoint.objects.count() >= MOST_ENDPOINTS:
        raise Conflict(_("There are %(most)d webhooks already.") % {"most": MOST_ENDPOINTS})
    endpoint.encrypted_secret = encrypt(new_secret(), purpose=PURPOSE)
    _write(endpoint, fields)
    return endpoint


def update_step(endpoint: WebhookEndpoint, fields: EndpointFields) -> WebhookEndpoint:
    """A step: what `update_endpoint` does, inside a unit."""
    if fields.is_active:
        endpoint.disabled_reason = ""
    _write(endpoint, fields)
    if not endpoint.is_active:
        endpoint.deliveries.filter(state=DeliveryState.PENDING).update(state=DeliveryState.FAILED, next_at=None)
    return endpoint


def new_secret() -> str:
    """As Standard Webhooks write them: whsec_ and 24 random bytes in base64."""
    return "whsec_" + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def _locked(public_id: str) -> WebhookEndpoint:
    endpoint = WebhookEndpoint.objects.select_for_update().filter(public_id=public_id).first()
    if endpoint is None:
        raise NotFound
    return endpoint


def _write(endpoint: WebhookEndpoint, fields: EndpointFields) -> None:
    problems = {
        "url": _url_problems(fields.url),
        "events": _event_problems(fields.events),
        "description": _description_problems(fields.description),
    }
    found = {name: said for name, said in problems.items() if said}
    if found:
        raise InvalidInput(fields=found)
    endpoint.url, endpoint.description, endpoint.is_active = fields.url, fields.description, fields.is_active
    endpoint.events = list(dict.fromkeys(fields.events))
    endpoint.updated_at = timezone.now()
    endpoint.save()


def _url_problems(url: str) -> list[Message]:
    """Where it leads is asked at each delivery, of the address that is connected to."""
    try:
        checked_url(url, allow_private=settings.SHOP_WEBHOOKS_ALLOW_PRIVATE)
    except FetchError as error:
        return [_("Enter an https address, without a name and password: %(why)s.") % {"why": error}]
    return []


def _event_problems(events: Sequence[str]) -> list[Message]:
    unknown = [name for name in events if name not in SUBSCRIPTIONS]
    if unknown:
        return [_("There is no event “%(name)s”.") % {"name": unknown[0]}]
    return [] if events else [_("Choose at least one event.")]


def _description_problems(text: str) -> list[Message]:
    problem = text_problem(text, longest=LONGEST_DESCRIPTION)
    return [problem] if problem else []
