"""The bag as it would be ordered: priced for where it goes, before anything is written."""

from __future__ import annotations

from dataclasses import dataclass

from carts.selectors.carts import CartView, Shopper, open_carts, view_of


@dataclass(frozen=True, kw_only=True)
class Destination:
    """Where the shopper wants it and how; "" leaves what the cart says. `email` says who it is for."""

    country: str = ""
    region: str = ""
    postcode: str = ""
    shipping_method: str = ""
    email: str = ""


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
