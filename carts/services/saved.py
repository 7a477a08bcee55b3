"""Saving for later and back."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carts.models import Cart, CartLine, SavedLine
from carts.selectors.carts import Shopper
from carts.services.hold_lines import run_noting_refusals
from carts.services.items import add_step, drop_line, own_line
from carts.services.open_cart import lock_cart, touch
from shop.common.errors import NotFound
from shop.common.unit import transactional


@transactional
def save_for_later(*, shopper: Shopper, line_id: str) -> SavedLine:
    """Put a line aside: its units are free again. Raises NotFound."""
    cart = lock_cart(shopper)
    line = own_line(cart, line_id)
    saved, _created = SavedLine.objects.update_or_create(
        cart=cart, variant_id=line.variant_id, defaults={"quantity": line.quantity}
    )
    drop_line(cart, line)
    touch(cart)
    return saved


@transactional
def forget_saved(*, shopper: Shopper, saved_id: str) -> None:
    """Take a saved line away. Raises NotFound."""
    own_saved(lock_cart(shopper), saved_id).delete()


def restore_saved(*, shopper: Shopper, saved_id: str) -> CartLine:
    """Put a saved line back into the cart. Raises as `add_item`; then it stays saved."""
    return run_noting_refusals(lambda: _restore(shopper, saved_id), shopper=shopper)


def own_saved(cart: Cart, saved_id: str) -> SavedLine:
    """A step: the cart's saved line with this public id. Raises NotFound."""
    saved = cart.saved_lines.filter(public_id=saved_id).first()
    if saved is None:
        raise NotFound(_("This is no longer saved."))
    return saved


def _restore(shopper: Shopper, saved_id: str) -> CartLine:
    saved = own_saved(lock_cart(shopper), saved_id)
    line = add_step(shopper, saved.variant_id, saved.quantity)
    saved.delete()
    return line
