"""Taking units out of a cart by what they are, not by their line."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from carts.models import Cart, CartLine
from carts.selectors.carts import Shopper
from carts.services.hold_lines import hold_or_look
from carts.services.items import drop_line
from carts.services.open_cart import lock_cart, touch
from shop.common.errors import NotFound
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class Unwanted:
    """A variant, or all variants of a product; `quantity` units in all, None for everything there is of it."""

    variant_id: int | None = None
    product_id: int | None = None
    quantity: int | None = None


@transactional
def take_out(*, shopper: Shopper, unwanted: Unwanted) -> None:
    """Fewer units, or none, of something; never more than there are. Raises NotFound when none is in the cart."""
    cart = lock_cart(shopper)
    named = {"variant_id": unwanted.variant_id, "variant__product_id": unwanted.product_id}
    lines = cart.lines.filter(**{name: value for name, value in named.items() if value is not None})
    if not lines:
        raise NotFound(_("This is no longer in your bag."))
    left = unwanted.quantity
    for line in lines:
        taken = line.quantity if left is None else min(left, line.quantity)
        _lessen(cart, line, shopper, taken)
        left = None if left is None else left - taken
    touch(cart)


def _lessen(cart: Cart, line: CartLine, shopper: Shopper, taken: int) -> None:
    if taken >= line.quantity:
        drop_line(cart, line)
    elif taken:
        line.quantity -= taken
        line.save(update_fields=["quantity"])
        hold_or_look(cart, [line], shopper)  # having fewer is refused to nobody
