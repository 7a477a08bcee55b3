"""Carts that guests left behind."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from carts.models import Cart, CartStatus
from catalog.services.holds import release_units
from shop.common.unit import run_in_transaction

BATCH = 200
LEFT = (CartStatus.OPEN, CartStatus.MERGED)


def forget_guest_carts() -> int:
    """Those nobody touched for SHOP_GUEST_CART_DAYS; a batch a unit. Returns how many."""
    gone = 0
    while batch := run_in_transaction(_forget_batch):
        gone += batch
    return gone


def _forget_batch() -> int:
    before = timezone.now() - timedelta(days=settings.SHOP_GUEST_CART_DAYS)
    left = Cart.objects.filter(user=None, status__in=LEFT, updated_at__lt=before).order_by("pk")
    carts = list(left.select_for_update()[:BATCH])
    for cart in carts:
        release_units(owner=cart.public_id)
    Cart.objects.filter(pk__in=[cart.pk for cart in carts]).delete()
    return len(carts)
