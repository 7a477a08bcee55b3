"""Carts for tests, made by the shop's own doors.

shopper = guest(); add(shopper, variant, 2)        a guest's cart with a held line
full_cart(lines=10)                                a guest with ten different things
default_prices()                                   what a new shop starts with, where a test began without it
"""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

from django.apps import apps
from django.utils import timezone

from accounts.models import User
from carts.models import Cart, CartLine, ShippingMethod
from carts.selectors.carts import Shopper
from carts.services.items import add_item
from catalog.models import Product, Stock, StockHold, Variant
from catalog.tests.factories import ProductFactory


def guest(client_address: str = "") -> Shopper:
    """A guest with an empty cart."""
    return Shopper(cart_id=Cart.objects.create().public_id, client_address=client_address)


def customer(user: User) -> Shopper:
    return Shopper(user_id=user.pk)


def add(shopper: Shopper, variant: Variant, quantity: int = 1) -> CartLine:
    return add_item(shopper=shopper, variant_id=variant.pk, quantity=quantity)


def goods(*, stock: int = 10, price: str = "20.00", name: str | None = None) -> Variant:
    """The one variant of a new product."""
    product: Product = ProductFactory(stock=stock, price=price, **({"name": name} if name else {}))
    return product.variants.get()


def full_cart(*, lines: int, shopper: Shopper | None = None) -> Shopper:
    shopper = shopper or guest()
    for _ in range(lines):
        add(shopper, goods())
    return shopper


def counters(variant: Variant) -> tuple[int, int, int]:
    """On hand, held, committed."""
    stock = Stock.objects.get(pk=variant.pk)
    return stock.on_hand, stock.held, stock.committed


def let_holds_end(shopper: Shopper) -> None:
    """As if the time of this shopper's holds had passed; nobody has tidied up yet."""
    cart_ids = [shopper.cart_id]
    if shopper.user_id is not None:
        cart_ids = list(Cart.objects.filter(open_for_id=shopper.user_id).values_list("public_id", flat=True))
    a_minute_ago = timezone.now() - timedelta(minutes=1)
    StockHold.objects.filter(owner__in=cart_ids).update(expires_at=a_minute_ago)


def default_prices() -> None:
    """Zones, ways of delivery and taxes. Tests with real transactions empty all tables, these too."""
    if not ShippingMethod.objects.exists():
        import_module("carts.migrations.0002_default_shipping_and_tax").create_defaults(apps, None)
