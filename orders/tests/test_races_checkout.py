"""One cart, one order: twenty clicks on Confirm at the same moment, with controls that show what protects it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection
from django.test import Client

from carts.models import Cart
from carts.selectors.carts import Shopper, open_carts
from carts.tests.factories import counters, default_prices, goods
from orders.gateways.test.gateway import sign
from orders.models import GatewayEvent, Order, Payment
from orders.services import pay
from orders.services import place_order as module
from orders.services.gateway_events import receive_event
from orders.services.pay import NotPayable, PaymentInProgress, PayOrder, pay_order
from orders.services.payable import check_payable
from orders.services.place_order import Placed
from orders.tests.factories import GOOD_CARD, OrderFactory, check_out, fill_cart
from orders.tests.pages import GUEST, SUMMARY, fill_bag, shown
from orders.tests.stock import assert_stock_agrees
from shop.testing.concurrency import START_SECONDS, Meeting, Outcome, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

CLICKS = 20


@pytest.fixture(autouse=True)
def prices() -> None:
    default_prices()


def confirm_many_times(shopper: Shopper) -> Outcome:
    return race(CLICKS, lambda number: check_out(shopper, cart_id=shopper.cart_id))


def test_many_confirms_of_one_cart_are_one_order():
    first, second = goods(stock=5), goods(stock=5)
    outcome = confirm_many_times(fill_cart([(first, 2), (second, 1)]))

    assert outcome.errors == []
    placed: list[Placed] = outcome.results
    assert {one.order.pk for one in placed} == {Order.objects.get().pk}
    assert sum(one.is_new for one in placed) == 1
    assert (counters(first), counters(second)) == ((5, 0, 2), (5, 0, 1))
    assert Order.objects.get().lines.count() == 2
    assert_stock_agrees()


def test_the_unique_cart_alone_keeps_it_at_one_order():
    """The second protection. Whoever is not the first may get an error then instead of the order."""
    shopper = fill_cart([(goods(stock=50), 2)])
    with without_cart_lock(CLICKS):
        outcome = confirm_many_times(shopper)
    assert Order.objects.count() == 1
    assert outcome.unexpected(IntegrityError) == []


def test_control_without_lock_and_unique_cart_there_are_many_orders():
    variant = goods(stock=50)
    shopper = fill_cart([(variant, 2)])
    with without_cart_lock(CLICKS), without_unique_cart():
        confirm_many_times(shopper)
    assert Order.objects.count() > 1
    assert counters(variant)[2] > 2, "more is kept back than was ever in the cart"


def test_many_clicks_in_one_browser_lead_to_one_order():
    variant = goods(stock=5)
    client = fill_bag(Client(), (variant, 1))
    sent = {**GUEST, **shown(client), "act": "confirm"}

    def click(number: int) -> str:
        same_browser = Client()
        same_browser.cookies = client.cookies
        answer = same_browser.post(SUMMARY, sent)
        assert answer.status_code == 302
        return str(answer["Location"])

    outcome = race(CLICKS, click)
    order = Order.objects.get()
    assert outcome.errors == []
    assert set(outcome.results) == {f"/orders/{order.number}/pay/"}
    assert counters(variant) == (5, 0, 1)
    assert client.get(f"/orders/{order.number}/").status_code == 200, "whichever answer came last"


def pay_many_times(order: Order) -> Outcome:
    return race(8, lambda number: pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD)))


def test_many_clicks_on_pay_are_one_payment():
    order = OrderFactory(status="pending")
    outcome = pay_many_times(order)
    assert len(outcome.results) == 1
    assert outcome.unexpected(NotPayable, PaymentInProgress) == []
    order.refresh_from_db()
    assert (order.captured, order.payments.count(), order.refunds.count()) == (order.total, 1, 0)


def test_control_without_the_lock_money_is_taken_twice_and_given_back():
    order = OrderFactory(status="pending")
    with without_lock_on_paying(8):
        pay_many_times(order)
    order.refresh_from_db()
    captured = Payment.objects.filter(state="captured").count()
    assert captured > 1
    assert order.captured == captured * order.total
    assert order.refunds.count() == captured - 1


def test_the_same_event_at_the_same_moment_is_stored_once():
    body = b'{"id": "event-1", "type": "payment.changed", "reference": "r"}'
    outcome = race(
        CLICKS, lambda number: receive_event(gateway_code="test", headers={"test-signature": sign(body)}, body=body)
    )
    assert outcome.errors == []
    assert GatewayEvent.objects.count() == 1


class UnlockedCarts:
    """Everybody reads the open cart, unlocked, before anybody goes on."""

    def __init__(self, shopper: Shopper, everybody: threading.Barrier, waited: set[int]) -> None:
        self.carts, self.everybody, self.waited = open_carts(shopper), everybody, waited

    def select_for_update(self) -> UnlockedCarts:
        return self

    def first(self) -> Cart | None:
        cart = self.carts.first()
        me = threading.get_ident()
        if me not in self.waited:  # once, not again when the database asks for a retry
            self.waited.add(me)
            self.everybody.wait(START_SECONDS)
        return cart


@contextmanager
def without_cart_lock(parties: int) -> Iterator[None]:
    """On SQLite the transaction itself is the lock, so it has to go as well."""
    everybody, waited = threading.Barrier(parties), set[int]()
    with ExitStack() as stack:
        unlocked = patch.object(module, "open_carts", lambda shopper: UnlockedCarts(shopper, everybody, waited))
        stack.enter_context(unlocked)
        if connection.vendor == "sqlite":
            stack.enter_context(patch("carts.services.hold_lines.run_in_transaction", lambda work: work()))
        yield


@contextmanager
def without_lock_on_paying(parties: int) -> Iterator[None]:
    """Everybody has looked whether there is something to pay before anybody pays. Results keep their lock."""
    everybody = Meeting(parties)

    def check_and_wait(order: Order) -> None:
        check_payable(order)
        everybody.arrive()

    with ExitStack() as stack:
        stack.enter_context(patch.object(pay, "lock_order", lambda order_id: Order.objects.get(pk=order_id)))
        stack.enter_context(patch.object(pay, "check_payable", check_and_wait))
        if connection.vendor == "sqlite":
            stack.enter_context(patch.object(pay, "run_in_transaction", lambda work, **_: work()))
        yield


@contextmanager
def without_unique_cart() -> Iterator[None]:
    """As if an order did not remember its cart."""
    create = Order.objects.create
    with patch.object(Order.objects, "create", lambda **values: create(**{**values, "cart": None})):
        yield
