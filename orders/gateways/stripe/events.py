"""Stripe's webhooks: signature and time first, then which payment they are about."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import stripe
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import GatewayMessage
from shop.common.errors import InvalidInput

HEADER = "Stripe-Signature"
SECONDS = 300
# What happens to money that is here already: everything else is asked about by the payment that waits for it.
MONEY_BACK = ("charge.refunded", "refund.failed")
PAGE = 100


def read_event(headers: Mapping[str, str], body: bytes) -> GatewayMessage:
    """Raises InvalidInput for anything that Stripe did not sign within five minutes, either way."""
    text = _text(body)
    _check(text, headers.get(HEADER, ""))
    try:
        return message_of(json.loads(text))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(_("The message cannot be read.")) from error


def message_of(payload: dict[str, Any]) -> GatewayMessage:
    """An event of Stripe's, told by webhook or in its list; of its object the id alone is kept."""
    thing = payload["data"]["object"]
    return GatewayMessage(
        event_id=str(payload["id"]),
        kind=str(payload["type"]),
        reference=_reference(thing),
        payload={"id": payload["id"], "type": payload["type"], "object": str(thing.get("id", ""))},
    )


def since(moment: datetime) -> Any:
    """What to ask the list of events for. Stripe keeps them for thirty days."""
    return {"types": list(MONEY_BACK), "created": {"gte": int(moment.timestamp())}, "limit": PAGE}


def _check(text: str, header: str) -> None:
    """Two secrets are known while one is being replaced by the other."""
    for secret in settings.SHOP_STRIPE_WEBHOOK_SECRETS:
        try:
            stripe.WebhookSignature.verify_header(text, header, secret, tolerance=SECONDS)
        except stripe.SignatureVerificationError:
            continue
        if _timestamp(header) <= time.time() + SECONDS:
            return
    raise InvalidInput(_("The signature does not fit."))


def _timestamp(header: str) -> int:
    """Of a header whose signature fits, so it is there; the SDK refuses what is old, but not what is to come."""
    return next(int(part[2:]) for part in header.split(",") if part.startswith("t="))


def _reference(thing: dict[str, Any]) -> str:
    """A PaymentIntent or a visit by its own id; charges and refunds by their PaymentIntent."""
    if thing.get("object") in {"payment_intent", "checkout.session"}:
        return str(thing["id"])
    intent = thing.get("payment_intent")
    if isinstance(intent, dict):
        intent = intent.get("id")
    return str(intent or "")


def _text(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise InvalidInput(_("The message cannot be read.")) from error
