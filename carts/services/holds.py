"""Renewing what a cart keeps."""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from carts.models import Cart, CartLine
from carts.selectors.carts import Shopper, is_for_sale
from carts.selectors.holds import holds_of_cart
from carts.services.hold_lines import hold_lines
from carts.services.open_cart import lock_cart
from catalog.services.holds import HoldRefusal, release_units
from shop.common.errors import NotFound
from shop.common.unit import transactional


@transactional
def extend_holds(*, shopper: Shopper) -> list[HoldRefusal]:
    """Renew all holds of the cart, while their age allows it. Returns what could not be kept."""
    cart = lock_cart(shopper)
    return hold_lines(cart, _lines_for_sale(cart), shopper)


@transactional
def restore_holds(*, shopper: Shopper) -> list[HoldRefusal]:
    """The shopper is back: keep again what is no longer kept, if there is stock. Returns what is not."""
    if settings.SHOP_HOLD_POLICY != "cart":
        return []
    cart = lock_cart(shopper)
    kept = {variant_id: hold.quantity for variant_id, hold in holds_of_cart(cart).items()}
    missing = [line for line in _lines_for_sale(cart) if kept.get(line.variant_id) != line.quantity]
    return hold_lines(cart, missing, shopper)


@transactional
def release_cart(*, cart_id: int) -> None:
    """Staff give back everything that is kept for a cart; its lines stay."""
    cart = Cart.objects.select_for_update().filter(pk=cart_id).first()
    if cart is None:
        raise NotFound
    release_units(owner=cart.public_id)


def _lines_for_sale(cart: Cart) -> Sequence[CartLine]:
    return [line for line in cart.lines.select_related("variant__product") if is_for_sale(line)]
