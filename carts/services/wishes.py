"""Putting things on the wish list, taking them off, and bringing a guest's list along."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carts.models import WishListItem
from carts.selectors.wishes import Wisher
from catalog.models import Product, ProductStatus
from shop.common.errors import Conflict, NotFound
from shop.common.unit import transactional

MOST_WISHES = 200


@transactional
def add_wish(*, wisher: Wisher, product_id: int) -> None:
    """Remember a product; again, it changes nothing. Raises NotFound, and Conflict when the list is full."""
    if not Product.objects.filter(pk=product_id, status=ProductStatus.ACTIVE).exists():
        raise NotFound
    if WishListItem.objects.filter(owner=wisher.owner).count() >= MOST_WISHES:
        raise Conflict(_("Your wish list is full. Take something off it first."), code="wish_list_full")
    wish = WishListItem(owner=wisher.owner, user_id=wisher.user_id, product_id=product_id)
    WishListItem.objects.bulk_create([wish], ignore_conflicts=True)


@transactional
def remove_wish(*, wisher: Wisher, product_id: int) -> None:
    """Forget a product; what is not on the list changes nothing."""
    WishListItem.objects.filter(owner=wisher.owner, product_id=product_id).delete()


@transactional
def merge_wishes(*, user_id: int, token: str) -> None:
    """Bring a guest's wishes along; each product once, and done again it changes nothing."""
    guests = WishListItem.objects.filter(owner=Wisher(token=token).owner)
    mine = Wisher(user_id=user_id).owner
    WishListItem.objects.bulk_create(
        [
            WishListItem(owner=mine, user_id=user_id, product_id=wish.product_id, added_at=wish.added_at)
            for wish in guests
        ],
        ignore_conflicts=True,
    )
    guests.delete()


@transactional
def forget_guest_wishes() -> int:
    """Those of browsers that have not been back for SHOP_GUEST_CART_DAYS. Returns how many."""
    before = timezone.now() - timedelta(days=settings.SHOP_GUEST_CART_DAYS)
    deleted, _by_model = WishListItem.objects.filter(user=None, added_at__lt=before).delete()
    return deleted
