"""A small shop in which somebody owns one of everything that an API path can name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from accounts.models import User
from accounts.tests.factories import AddressFactory, StaffFactory, UserFactory
from carts.services.items import add_item
from carts.services.saved import save_for_later
from carts.tests.factories import customer, default_prices, goods
from orders.tests.factories import OrderFactory

OWNER_EMAIL = "owner-of-it-all@example.org"


@dataclass
class World:
    """`paths` are values for path parameters: what the owner has."""

    owner: User
    other: User
    staff: User
    idle_staff: User
    paths: dict[str, Any] = field(default_factory=dict)


def make_world() -> World:
    default_prices()
    owner = UserFactory(email=OWNER_EMAIL, first_name="Ottilie", last_name="Eigen")
    world = World(
        owner=owner,
        other=UserFactory(email="somebody-else@example.org"),
        staff=StaffFactory(email="all-rights@example.org"),
        idle_staff=StaffFactory(email="no-rights@example.org", is_superuser=False),
    )
    variant = goods(stock=500)
    order = OrderFactory(user=owner, items=[(goods(stock=500), 2)], status="paid")
    line = add_item(shopper=customer(owner), variant_id=variant.pk, quantity=2)
    kept = add_item(shopper=customer(owner), variant_id=goods().pk)
    saved = save_for_later(shopper=customer(owner), line_id=kept.public_id)
    world.paths = {
        "number": order.number,
        "public_id": AddressFactory(user=owner).public_id,
        "line_id": line.public_id,
        "saved_id": saved.public_id,
        "product": variant.product_id,
    }
    return world


def described() -> dict[str, Any]:
    """The API's own description, as /api/schema gives it."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def operations() -> list[tuple[str, str, Mapping[str, Any]]]:
    """Every path, method and operation of the description."""
    found = []
    for path, item in described()["paths"].items():
        found += [(path, method, operation) for method, operation in item.items() if method != "parameters"]
    return found
