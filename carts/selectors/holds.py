"""What is kept for a cart, and how long it can be."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from carts.models import Cart
from catalog.models import StockHold
from catalog.selectors.stock import hold_length, live_holds, longest_hold

WORTHWHILE = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class CartHold:
    """`quantity` units kept until `expires_at`; extending brings at least another minute."""

    quantity: int
    expires_at: datetime
    can_be_extended: bool


def holds_of_cart(cart: Cart | None) -> dict[int, CartHold]:
    """The live holds of the cart by variant. One query."""
    if cart is None:
        return {}
    now = timezone.now()
    return {
        hold.variant_id: CartHold(
            quantity=hold.quantity,
            expires_at=hold.expires_at,
            can_be_extended=min(now + hold_length(), hold.started_at + longest_hold()) >= hold.expires_at + WORTHWHILE,
        )
        for hold in StockHold.objects.filter(live_holds(now), owner=cart.public_id)
    }
