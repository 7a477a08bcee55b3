"""The demo shop: goods, people and three months of orders, in a shop that has none of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext_lazy as _

from accounts.services.seed_people import NewSignIn, demo_customers, seed_people
from catalog.models import Product
from catalog.services.grow_catalogue import grow_catalogue
from catalog.services.seed_catalogue import seed_catalogue
from catalog.services.seed_pictures import draw_pictures
from orders.models import Order
from orders.services.recommendations import rebuild_recommendations
from orders.services.seed_orders import seed_orders
from shop.common.errors import Conflict, Forbidden

Tell = Callable[[str], None]


class DemoNotAllowed(Forbidden):
    code = "demo_not_allowed"
    default_message = _(
        "Demo goods and people belong into the default SQLite database. "
        "To have them in this one, set SHOP_DEMO=true: every page then says that nothing is for sale."
    )


class HasOwnOrders(Conflict):
    code = "has_own_orders"
    default_message = _(
        "This shop has orders of its own. To add demo goods, people and orders all the same, say --yes."
    )


@dataclass(frozen=True, kw_only=True)
class SeedWishes:
    """`size` is how many demo products there are to be in all (None: the drawn ones); `yes` overrides caution."""

    size: int | None = None
    yes: bool = False
    workers: int = 0


@dataclass(frozen=True, kw_only=True)
class Seeded:
    """What was made just now: numbers, and the accounts whose passwords are told this once."""

    pictures: int
    products: int
    reviews: int
    pages: int
    orders: int
    sign_ins: list[NewSignIn]

    @property
    def changed(self) -> bool:
        return bool(self.pictures or self.products or self.reviews or self.pages or self.orders or self.sign_ins)


def seed_shop(wishes: SeedWishes, tell: Tell = lambda line: None) -> Seeded:
    """Make what is missing of the demo shop; a second time changes nothing. `tell` hears how far it is.

    Raises DemoNotAllowed in databases that are not for demos, HasOwnOrders in shops that sell.
    """
    check_demo_allowed(yes=wishes.yes)
    tell("Drawing pictures")
    pictures = draw_pictures(wishes.workers)
    tell("Writing people, goods and orders")
    sign_ins = seed_people()
    customers = demo_customers()
    catalogue = seed_catalogue(customers)
    orders = seed_orders(customers)
    grown = grow_catalogue(wishes.size or 0, lambda size: tell(f"{size:,} products"))
    rebuild_recommendations()
    return Seeded(
        pictures=pictures,
        products=catalogue.products + grown,
        reviews=catalogue.reviews,
        pages=catalogue.pages,
        orders=orders,
        sign_ins=sign_ins,
    )


def check_demo_allowed(*, yes: bool) -> None:
    """Raises DemoNotAllowed or HasOwnOrders."""
    if not (settings.SHOP_DEMO or is_default_database()):
        raise DemoNotAllowed
    if not yes and Order.objects.filter(is_demo=False).exists():
        raise HasOwnOrders


def is_default_database() -> bool:
    """Whether this is the SQLite file that a clone starts with."""
    name = str(connection.settings_dict["NAME"])
    return connection.vendor == "sqlite" and Path(name).resolve() == Path(settings.SHOP_DEFAULT_DATABASE).resolve()


def is_empty_shop() -> bool:
    """Whether nobody has put anything into the catalogue yet."""
    return not Product.objects.exists()
