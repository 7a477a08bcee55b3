"""The bag as it would be ordered: priced for where it goes, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from carts.models import Cart, CartStatus
from carts.selectors.carts import CartView, Shopper, open_carts, view_of

# So long after a customer's cart became an order, asking once more means that order: two clicks, or a repeat
# by a client that lost the answer. An order of a guest's cart is found by the cart as long as it is kept.
SAME_CLICK = timedelta(minutes=1)


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the shopper wants it and how; "" leaves what the cart says. `email` says who it is for."""

    country: str = ""
    region: str = ""
    postcode: str = ""
    shipping_method: str = ""
    email: str = ""
    vat_number: str = ""


def cart_to_order(shopper: Shopper) -> Cart | None:
    """The cart that somebody means who wants to order: the open one, else the one that just became an order."""
    cart = open_carts(shopper).first()
    if cart is not None:
        return cart
    if shopper.user_id is None:
        closed = Cart.objects.filter(public_id=shopper.cart_id, user=None)
        return closed.first() if shopper.cart_id else None
    lately = Cart.objects.filter(user_id=shopper.user_id, status=CartStatus.ORDERED)
    return lately.filter(updated_at__gt=timezone.now() - SAME_CLICK).order_by("-updated_at").first()


def priced_for(shopper: Shopper, destination: Destination) -> CartView:
    """The view of the shopper's cart as if it went there. The cart itself stays as it is."""
    cart = open_carts(shopper).first()
    if cart is not None:
        given = {name: value for name, value in vars(destination).items() if value}
        for name, value in given.items():
            setattr(cart, name, value)
        if "country" in given:
            # A postcode or region of another country would be misread.
            cart.region, cart.postcode = destination.region, destination.postcode
    return view_of(cart)
