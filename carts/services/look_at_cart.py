"""Looking at one's cart: whoever comes back finds held again what is still there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from carts.selectors.carts import CartView, Shopper, cart_view
from carts.services.holds import restore_holds
from shop.common.errors import NotFound


@dataclass(frozen=True, kw_only=True)
class Looked:
    """`unheld` says by variant why something that could be kept is not."""

    view: CartView
    unheld: Mapping[int, str]


def look_at_cart(shopper: Shopper, *, count_missing: bool = True) -> Looked:
    """The view of the shopper's cart after ended holds were taken up again. `count_missing` as for `cart_view`."""
    view = cart_view(shopper, count_missing=count_missing)
    if not view.wants_holds:
        return Looked(view=view, unheld={})
    try:
        refusals = restore_holds(shopper=shopper)
    except NotFound:  # ordered elsewhere meanwhile
        refusals = []
    view = cart_view(shopper, count_missing=count_missing)
    return Looked(view=view, unheld={refusal.request.variant_id: refusal.reason for refusal in refusals})
