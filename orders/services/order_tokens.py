"""A guest's key to their order: 256 bits of which we keep the hash, for 90 days."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import timedelta

from django.utils import timezone

from orders.models import Order, OrderToken
from shop.common.ids import new_token, token_hash

TOKEN_DAYS = 90


def issue_token(order: Order) -> str:
    """A step: a new random key to the order. It is returned once and stored hashed."""
    token = new_token()
    _store(order, token)
    return token


def issue_derived_token(order: Order, *, secret: str) -> str:
    """A step: the key that follows from a secret of the guest's; the same however often it is asked for."""
    token = derived_token(order.public_id, secret=secret)
    _store(order, token)
    return token


def derived_token(order_id: str, *, secret: str) -> str:
    """The key to the order with this public id for whoever has `secret`, of 256 bits. It need not be stored."""
    digest = hmac.new(secret.encode(), f"order:{order_id}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _store(order: Order, token: str) -> None:
    expires_at = timezone.now() + timedelta(days=TOKEN_DAYS)
    OrderToken.objects.get_or_create(token_hash=token_hash(token), defaults={"order": order, "expires_at": expires_at})
