"""The lines of an order, put into the bag again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from carts.models import Cart
from carts.selectors.carts import Shopper
from carts.services.items import add_item
from orders.models import Order, OrderLine
from shop.common.errors import Message, NotFound, ShopError


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """A line that could not be added, and why."""

    line: OrderLine
    reason: Message


@dataclass(frozen=True, kw_only=True)
class Reordered:
    """`cart` is None when nothing at all could be added."""

    cart: Cart | None
    added: int
    left_out: Sequence[LeftOut]


def reorder(*, order: Order, shopper: Shopper) -> Reordered:
    """Put what was ordered into the shopper's bag, at today's prices, line by line: what there is not is left out."""
    cart, left_out, added = None, [], 0
    for line in order.lines.all():
        try:
            cart = _add(line, shopper)
        except ShopError as error:
            left_out.append(LeftOut(line=line, reason=error.message))
            continue
        added += 1
        shopper = replace(shopper, cart_id=cart.public_id) if shopper.is_guest else shopper
    return Reordered(cart=cart, added=added, left_out=left_out)


def _add(line: OrderLine, shopper: Shopper) -> Cart:
    if line.variant_id is None:
        raise NotFound(_("This is no longer for sale."))
    return add_item(shopper=shopper, variant_id=line.variant_id, quantity=line.quantity).cart
