"""A small shop in which somebody owns one of everything that an API path can name."""

from __future__ import annotations

import copy
import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from accounts.models import User
from accounts.tests.factories import AddressFactory, StaffFactory, UserFactory
from carts.services.items import add_item
from carts.services.saved import save_for_later
from carts.tests.factories import customer, default_prices, goods
from catalog.tests.factories import CategoryFactory, ImageFactory
from orders.tests.factories import OrderFactory
from shop.webhooks.services.endpoints import EndpointFields, create_endpoint, ping

PIECE = re.compile(r"([^/]+/\{([^}]+)\})")
OWNER_EMAIL = "owner-of-it-all@example.org"


@dataclass
class World:
    """`things` are what the owner, or the shop, has, by the piece of a path that names it: "orders/{number}"."""

    owner: User
    other: User
    staff: User
    idle_staff: User
    things: dict[str, Any] = field(default_factory=dict)

    def named_in(self, path: str) -> dict[str, str]:
        """The values of the path's parameters. Raises KeyError where this world has no such thing yet."""
        return {name: str(self.things[piece]) for piece, name in PIECE.findall(path)}


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
    endpoint = create_endpoint(EndpointFields(url="https://93.184.215.14/hook", events=["order.*"]))
    delivery = ping(public_id=endpoint.public_id)
    world.things = {
        "orders/{number}": order.number,
        "addresses/{public_id}": AddressFactory(user=owner).public_id,
        "items/{line_id}": line.public_id,
        "saved/{saved_id}": saved.public_id,
        "products/{product}": variant.product_id,
        "images/{image}": ImageFactory(product=variant.product).pk,
        "categories/{category}": CategoryFactory().pk,
        "inventory/{variant_id}": variant.pk,
        "payments/{payment_id}": order.payments.get().public_id,
        "users/{user_id}": owner.pk,
        "webhooks/{public_id}": endpoint.public_id,
        "deliveries/{public_id}": delivery.public_id,
    }
    return world


def described() -> dict[str, Any]:
    """The API's own description, as /api/schema gives it, for the caller to keep."""
    return copy.deepcopy(_described())


@functools.cache
def _described() -> dict[str, Any]:
    """Made once: it takes a second, and several modules ask for it as they are collected."""
    return dict(SchemaGenerator().get_schema(request=None, public=True))


def operations() -> list[tuple[str, str, Mapping[str, Any]]]:
    """Every path, method and operation of the description."""
    found = []
    for path, item in described()["paths"].items():
        found += [(path, method, operation) for method, operation in item.items() if method != "parameters"]
    return found
