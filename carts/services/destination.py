"""Where a cart is to go and how: both re-price it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from carts.models import Cart, ShippingMethod
from carts.selectors.carts import Shopper
from carts.selectors.shipping import countries
from carts.services.open_cart import lock_cart, touch
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class Destination:
    """None leaves a field as it is. `country` is ISO 3166-1 alpha-2; another one empties region and postcode."""

    country: str | None = None
    region: str | None = None
    postcode: str | None = None
    shipping_method: str | None = None


@transactional
def set_destination(*, shopper: Shopper, destination: Destination) -> Cart:
    """Store where the cart goes. Raises NotFound without a cart, InvalidInput by field.

    Refused are countries the shop does not send to, ways of delivery it does not know and overlong text.
    """
    cart = lock_cart(shopper)
    given = {name: value for name, value in vars(destination).items() if value is not None}
    _check(given)
    if given.get("country", cart.country) != cart.country:
        given = {"region": "", "postcode": ""} | given
    for name, value in given.items():
        setattr(cart, name, value)
    cart.save(update_fields=list(given))
    touch(cart)
    return cart


def _check(given: dict[str, str]) -> None:
    for name, value in given.items():
        longest = getattr(Cart._meta.get_field(name), "max_length", None)
        if longest is not None and len(value) > longest:
            raise InvalidInput(_("Please use at most %(most)d characters.") % {"most": longest}, field=name)
    country = given.get("country")
    if country and country not in dict(countries()):
        raise InvalidInput(_("We do not send there yet."), field="country")
    method = given.get("shipping_method")
    if method and not ShippingMethod.objects.filter(code=method).exists():
        raise InvalidInput(_("Please choose one of the ways of delivery."), field="shipping_method")
