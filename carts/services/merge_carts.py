"""A guest signs in: what they had as a guest joins what they have as a customer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.conf import settings
from django.db.models import Q

from carts.models import Cart, CartLine, CartStatus, SavedLine
from carts.selectors.carts import Shopper, is_for_sale
from carts.services.hold_lines import hold_or_look
from carts.services.items import MOST_LINES
from carts.services.open_cart import lock_or_open_cart, touch
from catalog.services.holds import release_units
from catalog.services.stock import lock_stock
from shop.common.unit import transactional


@transactional
def merge_carts(*, user_id: int, guest_cart_id: str, client_address: str = "") -> None:
    """Move the guest cart's lines into the customer's and close it.

    The same variant adds up to SHOP_MAX_PER_LINE and to what there is; lines that a full bag has no
    room for are saved for later. Where the guest said where to send it, that counts from now on.
    Done again, or with a cart that is not an open guest's, it changes nothing.
    """
    guest = _lock_both(user_id, guest_cart_id)
    if guest is None:
        return
    shopper = Shopper(user_id=user_id, client_address=client_address)
    cart = lock_or_open_cart(shopper)
    lines = list(guest.lines.select_related("variant__product"))
    lock_stock(line.variant_id for line in lines)
    release_units(owner=guest.public_id)
    _keep_what_there_is(cart, _merge_lines(cart, lines), shopper)
    _merge_saved(cart, guest.saved_lines.all())
    _take_destination(cart, guest)
    guest.lines.all().delete()
    guest.saved_lines.all().delete()
    Cart.objects.filter(pk=guest.pk).update(status=CartStatus.MERGED)
    touch(cart)


def _lock_both(user_id: int, guest_cart_id: str) -> Cart | None:
    """Lock both carts in primary-key order: the other way round two sign-ins could wait in a circle.

    Looked up first, because a search for either would lock rows it only passes by.
    """
    either = Q(public_id=guest_cart_id, user=None) | Q(open_for_id=user_id)
    ids = list(Cart.objects.filter(either, status=CartStatus.OPEN).values_list("pk", flat=True))
    locked = Cart.objects.select_for_update().filter(pk__in=ids, status=CartStatus.OPEN).order_by("pk")
    return next((cart for cart in locked if cart.public_id == guest_cart_id), None)


def _merge_lines(cart: Cart, guest_lines: Sequence[CartLine]) -> list[CartLine]:
    """Add the guest's lines up with the customer's; returns the customer's lines that changed."""
    own = {line.variant_id: line for line in cart.lines.select_related("variant__product")}
    room = MOST_LINES - len(own)
    merged = []
    for guest_line in guest_lines:
        line = own.get(guest_line.variant_id)
        if line is None and room < 1:
            _save_for_later(cart, guest_line.variant_id, guest_line.quantity)
            continue
        if line is None:
            room -= 1
            line = CartLine(cart=cart, variant=guest_line.variant, quantity=0, price_seen=guest_line.price_seen)
        line.quantity = min(line.quantity + guest_line.quantity, settings.SHOP_MAX_PER_LINE)
        line.save()
        merged.append(line)
    return merged


def _keep_what_there_is(cart: Cart, lines: Sequence[CartLine], shopper: Shopper) -> None:
    """Keep the merged lines; where stock does not reach, the line shrinks to what does, but never to nothing."""
    by_variant = {line.variant_id: line for line in lines if is_for_sale(line)}
    shrunk = []
    for refusal in hold_or_look(cart, list(by_variant.values()), shopper):
        line = by_variant[refusal.request.variant_id]
        if refusal.reason == "stock" and refusal.available > 0:
            line.quantity = refusal.available
            line.save(update_fields=["quantity"])
            shrunk.append(line)
    hold_or_look(cart, shrunk, shopper)


def _merge_saved(cart: Cart, saved_lines: Iterable[SavedLine]) -> None:
    for saved in saved_lines:
        _save_for_later(cart, saved.variant_id, saved.quantity)


def _save_for_later(cart: Cart, variant_id: int, quantity: int) -> None:
    SavedLine.objects.get_or_create(cart=cart, variant_id=variant_id, defaults={"quantity": quantity})


def _take_destination(cart: Cart, guest: Cart) -> None:
    """The guest's choices are the younger ones."""
    if guest.country:
        cart.country, cart.region, cart.postcode = guest.country, guest.region, guest.postcode
    cart.shipping_method = guest.shipping_method or cart.shipping_method
    cart.coupon_code = guest.coupon_code or cart.coupon_code
    cart.save(update_fields=["country", "region", "postcode", "shipping_method", "coupon_code"])
