"""The same request twenty times at once, by API: one order, one payment, one answer. With controls."""

from __future__ import annotations

from typing import Any

import pytest

from carts.tests.api import Api
from carts.tests.factories import counters, default_prices, goods
from catalog.models import Variant
from orders.models import Order, Payment
from orders.tests.factories import GOOD_CARD, OrderFactory
from orders.tests.stock import assert_stock_agrees
from orders.tests.test_races_checkout import without_cart_lock, without_lock_on_paying, without_unique_cart
from shop.api import idempotency
from shop.api.idempotency import Once
from shop.testing.concurrency import Outcome, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

TIMES = 20
HOME = {
    "full_name": "Ines Albrecht",
    "line1": "Hafenstraße 12",
    "postcode": "20359",
    "city": "Hamburg",
    "country": "DE",
}
BODY = {"delivery_address": HOME}


@pytest.fixture(autouse=True)
def prices() -> None:
    default_prices()


@pytest.fixture(autouse=True)
def patience(monkeypatch) -> None:
    """Nobody gives up because the machine is busy."""
    monkeypatch.setattr(idempotency, "WAIT_SECONDS", 120)


@pytest.fixture
def variant() -> Variant:
    return goods(stock=50)


def customer(shopper, variant: Variant) -> Api:
    api = Api(user=shopper)
    assert api.post("cart/items", {"variant_id": variant.pk, "quantity": 2}).status_code == 201
    return api


def guest(variant: Variant) -> Api:
    added = Api().post("cart/items", {"variant_id": variant.pk, "quantity": 2})
    return Api(X_Cart_Token=added["X-Cart-Token"])


def at_once(api: Api, path: str, body: Any, **headers: str) -> Outcome:
    """Every one over a connection of its own."""

    def send(_: int) -> tuple[int, str]:
        answer = Api(**api.headers).post(path, body, **headers)
        return answer.status_code, answer.content.decode()

    return race(TIMES, send)


def assert_one_order(outcome: Outcome, variant: Variant) -> None:
    assert outcome.errors == []
    assert len(outcome.results) == TIMES
    assert {status for status, _body in outcome.results} == {201}
    assert len({body for _status, body in outcome.results}) == 1
    assert Order.objects.count() == 1
    assert counters(variant) == (50, 0, 2)
    assert_stock_agrees()


@pytest.mark.parametrize("headers", [{"Idempotency_Key": "one"}, {}], ids=["with a key", "without"])
class TestOrdering:
    def test_a_customer(self, shopper, variant, headers):
        assert_one_order(at_once(customer(shopper, variant), "orders/", BODY, **headers), variant)

    def test_a_guest(self, variant, headers):
        body = {**BODY, "email": "guest@example.org"}
        assert_one_order(at_once(guest(variant), "orders/", body, **headers), variant)


def test_control_without_key_lock_and_unique_cart_there_are_many(shopper, variant, monkeypatch):
    monkeypatch.setattr(Once, "begin", lambda self: None)
    api = customer(shopper, variant)
    with without_cart_lock(TIMES), without_unique_cart():
        at_once(api, "orders/", BODY, Idempotency_Key="one")
    # How many are answered by 201 is chance: on SQLite, without the unit, most break off in the middle.
    assert Order.objects.count() > 1


def pay(shopper) -> tuple[Order, Outcome]:
    order = OrderFactory(user=shopper, status="pending")
    body = {"order_number": order.number, "method": "test", "token": GOOD_CARD}
    outcome = at_once(Api(user=shopper), "payments/process", body, Idempotency_Key="one")
    order.refresh_from_db()
    return order, outcome


def test_paying_with_one_key_is_one_payment(shopper):
    order, outcome = pay(shopper)
    assert outcome.errors == []
    answers = {body for status, body in outcome.results if status == 201}
    assert len(answers) == 1
    assert {status for status, _body in outcome.results} <= {201, 409}
    assert all("idempotency_in_progress" in body for status, body in outcome.results if status == 409)
    assert (order.captured, Payment.objects.count(), order.refunds.count()) == (order.total, 1, 0)


def test_control_without_key_and_lock_money_is_taken_twice(shopper, monkeypatch):
    monkeypatch.setattr(Once, "begin", lambda self: None)
    monkeypatch.setattr(Once, "derived_key", lambda self, purpose: Payment().gateway_key)
    with without_lock_on_paying(TIMES):
        pay(shopper)
    assert Payment.objects.filter(state="captured").count() > 1
