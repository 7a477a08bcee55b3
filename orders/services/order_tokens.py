"""A guest's key to their order: 256 random bits of which we keep the hash, for 90 days."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from orders.models import Order, OrderToken
from shop.common.ids import new_token, token_hash

TOKEN_DAYS = 90


def issue_token(order: Order) -> str:
    """A step: a new key to the order. It is returned once and stored hashed."""
    token = new_token()
    expires_at = timezone.now() + timedelta(days=TOKEN_DAYS)
    OrderToken.objects.create(order=order, token_hash=token_hash(token), expires_at=expires_at)
    return token
