"""Putting things into a cart, changing how many, taking them out."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from carts.models import Cart, CartLine
from carts.selectors.carts import Shopper, is_for_sale
from carts.services.hold_lines import hold_or_check, run_noting_refusals
from carts.services.open_cart import lock_cart, lock_or_open_cart, touch
from catalog.models import ProductStatus, Variant
from catalog.services.holds import release_units
from shop.common.errors import InvalidInput, NotFound
from shop.common.unit import transactional

MOST_LINES = 100


class NoLongerForSale(NotFound):
    code = "not_for_sale"
    default_message = _("This is no longer for sale.")


def add_item(*, shopper: Shopper, variant_id: int, quantity: int = 1) -> CartLine:
    """Put `quantity` (≥ 1) more of a variant into the shopper's cart and keep them; the same variant adds up.

    Returns the line; its cart's public id is how a guest finds it again. Raises NoLongerForSale,
    InvalidInput for quantities out of bounds, InsufficientStock beyond stock, HoldLimitReached, HoldPaused.
    """
    _check_quantity(quantity, least=1)
    return run_noting_refusals(lambda: add_step(shopper, variant_id, quantity), shopper=shopper)


def set_quantity(*, shopper: Shopper, line_id: str, quantity: int) -> None:
    """Change a line to `quantity` units; 0 takes it out. Raises as `add_item`, NotFound for others' lines."""
    _check_quantity(quantity, least=0)
    if quantity == 0:
        remove_item(shopper=shopper, line_id=line_id)
        return
    run_noting_refusals(lambda: _set(shopper, line_id, quantity), shopper=shopper)


@transactional
def remove_item(*, shopper: Shopper, line_id: str) -> CartLine:
    """Take a line out, give its units back and return it as it was. Raises NotFound."""
    cart = lock_cart(shopper)
    line = own_line(cart, line_id)
    drop_line(cart, line)
    touch(cart)
    return line


@transactional
def empty_cart(*, shopper: Shopper) -> None:
    """Take everything out and give it back. Raises NotFound."""
    cart = lock_cart(shopper)
    release_units(owner=cart.public_id)
    cart.lines.all().delete()
    Cart.objects.filter(pk=cart.pk).update(coupon_code="")
    touch(cart)


@transactional
def accept_prices(*, shopper: Shopper, shown: Mapping[str, Decimal]) -> None:
    """The shopper has seen these prices, by line: a change is told once. Raises NotFound."""
    cart = lock_cart(shopper)
    for line_id, price in shown.items():
        cart.lines.filter(public_id=line_id).update(price_seen=price)


def own_line(cart: Cart, line_id: str) -> CartLine:
    """A step: the cart's line with this public id. Raises NotFound."""
    line = cart.lines.select_related("variant__product").filter(public_id=line_id).first()
    if line is None:
        raise NotFound(_("This is no longer in your bag."))
    return line


def drop_line(cart: Cart, line: CartLine) -> None:
    """A step: give the line's units back and delete it."""
    release_units(owner=cart.public_id, variant_ids=[line.variant_id])
    line.delete()


def add_step(shopper: Shopper, variant_id: int, quantity: int) -> CartLine:
    """A step: what `add_item` does, inside a unit."""
    variant = _purchasable(variant_id)
    cart = lock_or_open_cart(shopper)
    line = cart.lines.filter(variant=variant).first() or CartLine(cart=cart, variant=variant, quantity=0)
    if line.pk is None and cart.lines.count() >= MOST_LINES:
        raise InvalidInput(_("Your bag is full. Please order what is in it first."), field="variant_id")
    in_bag = line.quantity
    line.quantity += quantity
    line.price_seen = variant.price
    _check_quantity(line.quantity, least=1)
    line.save()
    hold_or_check(cart, line, shopper, in_bag=in_bag)
    touch(cart)
    return line


def _set(shopper: Shopper, line_id: str, quantity: int) -> None:
    cart = lock_cart(shopper)
    line = own_line(cart, line_id)
    if not is_for_sale(line):
        raise NoLongerForSale
    in_bag, line.quantity = line.quantity, quantity
    line.save(update_fields=["quantity"])
    hold_or_check(cart, line, shopper, in_bag=in_bag)
    touch(cart)


def _purchasable(variant_id: int) -> Variant:
    variants = Variant.objects.filter(is_active=True, archived_at=None, product__status=ProductStatus.ACTIVE)
    variant = variants.filter(pk=variant_id).first()
    if variant is None:
        raise NoLongerForSale
    return variant


def _check_quantity(quantity: int, *, least: int) -> None:
    if quantity < least:
        raise InvalidInput(_("Please enter a whole number from 1 up."), field="quantity")
    if quantity > settings.SHOP_MAX_PER_LINE:
        raise InvalidInput(
            _("At most %(most)d of one thing fit into a bag. For more, please write to us.")
            % {"most": settings.SHOP_MAX_PER_LINE},
            field="quantity",
        )
