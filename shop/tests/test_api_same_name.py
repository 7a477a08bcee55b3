"""Many make the same thing by API at the same moment: one has it, the others are told which field is taken.

The check and the write are one unit; where another's write comes between them, the database refuses and the unit
is done again (docs/decisions/0002). SQLite lets one writer in at a time: nothing comes between there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from accounts.models import User
from accounts.services.tokens import issue_tokens
from accounts.tests.factories import UserFactory
from catalog.models import Brand, Category, Product, Review, Tag, Variant
from catalog.services import product_values
from catalog.tests.factories import CategoryFactory, ProductFactory
from shop.common import unit
from shop.testing.concurrency import Meeting, Outcome, race

pytestmark = pytest.mark.django_db(transaction=True)

MANY = 8
REGISTRATION = {"email": "ada@example.org", "password": "a quiet wall by the sea", "username": "Ada"}


@pytest.fixture(autouse=True)
def _settings(settings: Any) -> None:
    settings.SHOP_RATE_LIMITS_ENABLED = False


def at_once(method: str, paths: Iterable[str], body: Any, *, user: User | None = None) -> Outcome:
    """Everybody sends the body (or makes one of their number) in the same moment: (status, what is wrong by field)."""
    token = {"Authorization": f"Bearer {issue_tokens(user).access_token}"} if user else {}
    addresses = list(paths)

    def send(number: int) -> tuple[int, str]:
        sent = body(number) if callable(body) else body
        client = Client(headers=token, raise_request_exception=False)
        response = getattr(client, method)(f"/api/{addresses[number]}", sent, content_type="application/json")
        errors = response.json().get("errors", []) if response.status_code >= 400 else []
        return response.status_code, ",".join(sorted({error["field"] for error in errors}))

    outcome = race(len(addresses), send)
    assert outcome.errors == []
    return outcome


def one_and_refusals(outcome: Outcome, *, made: int = 201) -> str:
    """The field that all but one were told of."""
    (field,) = refusals_but_one(outcome, made=made)
    return field


def refusals_but_one(outcome: Outcome, *, made: int = 201) -> set[str]:
    """What those were told who came too late."""
    assert Counter(status for status, _ in outcome.results) == {made: 1, 400: len(outcome.results) - 1}
    return {field for status, field in outcome.results if status != made}


def test_the_same_sku(staff: User) -> None:
    body = {"name": "Mug", "variants": [{"sku": "MUG-1", "price": "4.00"}]}
    assert one_and_refusals(at_once("post", ["products"] * MANY, body, user=staff)) == "variants.0.sku"
    assert (Product.objects.count(), Variant.objects.count()) == (1, 1)


def test_the_same_slug(staff: User) -> None:
    body = {"name": "Mug", "slug": "a-mug", "price": "4.00"}
    assert one_and_refusals(at_once("post", ["products"] * MANY, body, user=staff)) == "slug"
    assert Product.objects.count() == 1


def test_the_same_name_makes_as_many_addresses(staff: User) -> None:
    body = {"name": "Mug", "price": "4.00", "brand": {"name": "Clay & Co"}, "tags": [{"name": "New here"}]}
    outcome = at_once("post", ["products"] * MANY, body, user=staff)
    assert {status for status, _ in outcome.results} == {201}
    expected = {"mug", *(f"mug-{number}" for number in range(2, MANY + 1))}
    assert set(Product.objects.values_list("slug", flat=True)) == expected
    assert (Brand.objects.count(), Tag.objects.filter(name="New here").count()) == (1, 1)


def test_a_new_slug_for_several_products(staff: User) -> None:
    paths = [f"products/{product.pk}" for product in ProductFactory.create_batch(MANY)]
    assert one_and_refusals(at_once("patch", paths, {"slug": "a-mug"}, user=staff), made=200) == "slug"


def test_a_new_sku_for_several_products(staff: User) -> None:
    variants = [product.variants.get() for product in ProductFactory.create_batch(MANY)]
    outcome = at_once(
        "patch",
        [f"products/{variant.product_id}" for variant in variants],
        lambda number: {"variants": [{"id": variants[number].pk, "sku": "ONE-OF-THEM"}]},
        user=staff,
    )
    assert one_and_refusals(outcome, made=200) == "variants.0.sku"


def test_the_same_category(staff: User) -> None:
    assert one_and_refusals(at_once("post", ["products/categories"] * MANY, {"name": "M", "slug": "m"}, user=staff))
    assert Category.objects.count() == 1
    assert Category.objects.find_problems() == ([], [], [], [], [])


def test_a_category_goes_while_products_come_into_it(staff: User) -> None:
    category = CategoryFactory()
    paths = ["products"] * MANY

    def body(number: int) -> dict[str, Any]:
        return {"name": f"Mug {number}", "price": "4.00", "category_id": category.pk}

    token = {"Authorization": f"Bearer {issue_tokens(staff).access_token}"}

    def send(number: int) -> int:
        client = Client(headers=token, raise_request_exception=False)
        if number == 0:
            return client.delete(f"/api/products/categories/{category.pk}").status_code
        return client.post(f"/api/{paths[number]}", body(number), content_type="application/json").status_code

    outcome = race(MANY, send)
    assert set(outcome.results) <= {201, 204, 400, 409}
    assert (204 in outcome.results) == (not Category.objects.filter(pk=category.pk).exists())
    assert Product.objects.count() == outcome.count(201)


def test_the_same_address_and_name(staff: User) -> None:
    """The address is looked up before the name: who is overtaken in between is told of the name alone."""
    said = {"email", "username", "email,username"}
    assert refusals_but_one(at_once("post", ["auth/register"] * MANY, REGISTRATION)) <= said
    others = {**REGISTRATION, "email": "bea@example.org", "username": "Bea"}
    assert refusals_but_one(at_once("post", ["users"] * MANY, others, user=staff)) <= said
    assert User.objects.filter(email__in=["ada@example.org", "bea@example.org"]).count() == 2


def test_the_same_username_for_new_users(staff: User) -> None:
    def body(number: int) -> dict[str, Any]:
        return {**REGISTRATION, "email": f"ada{number}@example.org"}

    assert one_and_refusals(at_once("post", ["users"] * MANY, body, user=staff)) == "username"


def test_one_review_of_a_customer() -> None:
    product = ProductFactory()
    outcome = at_once("post", [f"products/{product.pk}/reviews"] * MANY, {"rating": 5}, user=UserFactory())
    assert Counter(status for status, _ in outcome.results) == {201: 1, 409: MANY - 1}
    assert Review.objects.count() == 1


def test_one_default_address() -> None:
    user = UserFactory()
    home = {"full_name": "Ada", "line1": "Wall 1", "city": "Ghent", "postcode": "9000", "country": "BE"}
    at_once("post", ["auth/addresses"] * MANY, {**home, "is_default_shipping": True}, user=user)
    assert user.addresses.filter(is_default_shipping=True).count() == 1


@pytest.mark.skipif(connection.vendor == "sqlite", reason="one writer at a time")
def test_control_done_once_only_the_database_alone_refuses(staff: User, monkeypatch: pytest.MonkeyPatch) -> None:
    look_up, everybody = product_values._slug, Meeting(MANY)

    def look_up_together(*args: Any) -> str:
        slug = look_up(*args)
        everybody.arrive()
        return slug

    monkeypatch.setattr(product_values, "_slug", look_up_together)
    monkeypatch.setattr(unit, "CROSSED_CODES", frozenset())
    body = {"name": "Mug", "slug": "a-mug", "price": "4.00"}
    outcome = at_once("post", ["products"] * MANY, body, user=staff)
    assert 500 in {status for status, _ in outcome.results}
    assert Product.objects.count() == 1
