"""Wish lists: a customer's, or that of a guest's browser."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from carts.models import WishListItem
from catalog.models import Product, ProductStatus
from shop.common.ids import token_hash


@dataclass(frozen=True, kw_only=True)
class Wisher:
    """A customer by `user_id`, else a guest by the token in their session ("" before the first wish)."""

    user_id: int | None = None
    token: str = ""

    @property
    def owner(self) -> str:
        """How the rows name them; "" for a guest without a list."""
        if self.user_id is not None:
            return f"user:{self.user_id}"
        return token_hash(self.token) if self.token else ""


def wishes_of(wisher: Wisher) -> QuerySet[WishListItem]:
    """The last one first; what left the shop is left out. No rows, and no query, without a list."""
    if not wisher.owner:
        return WishListItem.objects.none()
    shown = WishListItem.objects.filter(owner=wisher.owner, product__status=ProductStatus.ACTIVE)
    return shown.select_related("product__main_image", "product__brand").order_by("-added_at", "-pk")


def wishable(product_id: int) -> Product | None:
    """A product that can be put on a list: one the shop shows."""
    return Product.objects.filter(pk=product_id, status=ProductStatus.ACTIVE).select_related("main_image").first()


def wished_products(wisher: Wisher) -> frozenset[int]:
    """The ids of all products on the list."""
    if not wisher.owner:
        return frozenset()
    return frozenset(WishListItem.objects.filter(owner=wisher.owner).values_list("product_id", flat=True))
