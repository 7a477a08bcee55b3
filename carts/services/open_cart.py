"""Getting hold of the shopper's cart inside a unit."""

from __future__ import annotations

from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone
from django.utils.translation import gettext

from carts.models import Cart
from carts.selectors.carts import Shopper, open_carts
from shop.common.errors import NotFound
from shop.common.ids import token_hash
from shop.common.unit import transactional


@transactional
def open_cart(*, shopper: Shopper) -> Cart:
    """The shopper's open cart, made where there is none."""
    return lock_or_open_cart(shopper)


def lock_cart(shopper: Shopper) -> Cart:
    """A step: the shopper's open cart, locked; nothing else of the cart is read before. Raises NotFound."""
    cart = open_carts(shopper).select_for_update().first()
    if cart is None:
        raise NotFound
    return _noted(cart, shopper)


def lock_or_open_cart(shopper: Shopper) -> Cart:
    """A step: as `lock_cart`, making the cart where there is none.

    A guest's cart is known by its public id, and by the shopper's fresh token where there is one.
    """
    cart = open_carts(shopper).select_for_update().first()
    if cart is not None:
        return _noted(cart, shopper)
    if shopper.user_id is None:
        return Cart.objects.create(token_hash=token_hash(shopper.fresh_token) if shopper.fresh_token else None)
    opened, _ = Cart.objects.get_or_create(open_for_id=shopper.user_id, defaults={"user_id": shopper.user_id})
    return _noted(Cart.objects.select_for_update().get(pk=opened.pk), shopper)


def touch(cart: Cart) -> None:
    """A step: the cart was used just now."""
    Cart.objects.filter(pk=cart.pk).update(updated_at=timezone.now())


def _noted(cart: Cart, shopper: Shopper) -> Cart:
    """The cart, in whose history now stands who changes it for its customer."""
    if shopper.actor_id is not None:
        LogEntry.objects.create(
            user_id=shopper.actor_id,
            content_type=ContentType.objects.get_for_model(Cart),
            object_id=str(cart.pk),
            object_repr=str(cart),
            action_flag=CHANGE,
            change_message=gettext("Changed for the customer."),
        )
    return cart
