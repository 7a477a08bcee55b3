"""Every list of the API's own description: the same queries for 5 rows and for 100, page by page and by cursor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from django.db.models import Model
from django.test import Client

from accounts.models import User
from accounts.services.tokens import issue_tokens
from accounts.tests.factories import AddressFactory, UserFactory
from carts.models import Cart, SavedLine
from carts.tests.api import queries_of
from catalog.models import Review, ReviewStatus, StockMovement, Variant
from catalog.tests.factories import CategoryFactory, ProductFactory
from orders.models import Order
from shop.tests.api_world import World, make_world, operations
from shop.webhooks.models import WebhookDelivery, WebhookEndpoint

pytestmark = pytest.mark.django_db

FEW, MANY = 5, 100
QUERIES = ("page_size=100", "cursor=&page_size=100")
# Below these staff look; elsewhere who owns it.
STAFFS = ("/api/admin/", "/api/users")


def is_list(operation: Any) -> bool:
    answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {})
    return str(answer.get("schema", {}).get("$ref", "")).rsplit("/", 1)[-1].startswith("Paginated")


LISTS = [path for path, method, operation in operations() if method == "get" and is_list(operation)]


@pytest.fixture
def world(settings: Any) -> World:
    settings.SHOP_RATE_LIMITS_ENABLED = False
    return make_world()


def test_no_list_is_missed() -> None:
    """A list is what has pages; one that has them under another name would not be looked at here."""
    paged = {
        path
        for path, method, operation in operations()
        if method == "get" and {"cursor", "page"} & {each["name"] for each in operation.get("parameters", [])}
    }
    assert set(LISTS) == paged
    assert len(LISTS) >= 15


def test_lists_take_the_same_queries_for_few_and_for_many(world: World) -> None:
    grow(world, FEW)
    few = all_asked(world, at_least=FEW)
    grow(world, MANY)
    assert all_asked(world, at_least=MANY) == few


def all_asked(world: World, *, at_least: int) -> dict[tuple[str, str], int]:
    return {(path, query): asked(world, path, query, at_least=at_least) for path in LISTS for query in QUERIES}


def asked(world: World, path: str, query: str, *, at_least: int) -> int:
    """How many queries the list takes when it shows so many rows."""
    user = world.staff if path.startswith(STAFFS) else world.owner
    client = Client(headers={"Authorization": f"Bearer {issue_tokens(user).access_token}"})
    answers = []
    number = queries_of(
        lambda: answers.append(client.get(f"{path.format_map(world.named_in(path))}?{query}"))  # type: ignore[func-returns-value]
    )
    assert answers[0].status_code == 200, path
    assert len(answers[0].json()["results"]) >= at_least, path
    return number


def grow(world: World, rows: int) -> None:
    """Until there are so many of everything that a list shows."""
    things, owner = world.things, world.owner
    AddressFactory.create_batch(rows - owner.addresses.count(), user=owner)
    CategoryFactory.create_batch(rows)
    goods = [product.variants.get() for product in ProductFactory.create_batch(rows)]
    _review(things["products/{product}"], UserFactory.create_batch(rows))
    _save(Cart.objects.get(open_for=owner), goods)
    _copy(StockMovement.objects.filter(variant_id=things["inventory/{variant_id}"]).first(), rows)
    _order(Order.objects.get(number=things["orders/{number}"]), rows)
    _copy(WebhookEndpoint.objects.get(public_id=things["webhooks/{public_id}"]), rows)
    delivery = WebhookDelivery.objects.select_related("event").get(public_id=things["deliveries/{public_id}"])
    _copy(delivery, rows, event=_copy(delivery.event, rows))


def _review(product_id: int, people: Iterable[User]) -> None:
    said = {"product_id": product_id, "rating": 5, "status": ReviewStatus.APPROVED}
    Review.objects.bulk_create([Review(user=user, author_name="Ada", **said) for user in people])


def _save(cart: Cart, goods: Iterable[Variant]) -> None:
    SavedLine.objects.bulk_create([SavedLine(cart=cart, variant=variant) for variant in goods])


def _order(order: Order, rows: int) -> None:
    orders = _copy(order, rows)
    for related in (order.lines, order.addresses, order.payments, order.events):
        for row in related.all():
            _copy(row, rows, order=orders)


def _copy(row: Any, times: int, **rows_of: list[Any]) -> list[Any]:
    """So many of the same; what is unique is made anew, `rows_of` names what each refers to instead."""
    fields = [f for f in row._meta.concrete_fields if not (f.unique or f.primary_key) and f.name != "gateway_reference"]
    values = {field.attname: getattr(row, field.attname) for field in fields}
    model: type[Model] = type(row)
    made = [
        model(**{**values, **{f"{name}_id": rows[number].pk for name, rows in rows_of.items()}})
        for number in range(times)
    ]
    return list(model._default_manager.bulk_create(made))
