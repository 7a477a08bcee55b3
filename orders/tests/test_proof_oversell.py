"""The proof that nothing can be sold twice: many buyers at once, on real connections, through the public services.

    PROOF=full pytest orders/tests/test_proof_oversell.py            200 buyers, hundreds of rounds

Stock has three protections, any of which would do: the locked row that is looked at, the condition of the
UPDATE, and the CHECK of the table. Each is shown alone. Without all three the same buyers oversell.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

import pytest
from django.db import IntegrityError, connection

from carts.selectors.carts import Shopper
from carts.services.items import add_item
from carts.tests.factories import default_prices, goods
from catalog.models import Product, Stock, Variant
from catalog.services.stock import StockRefused
from catalog.tests.factories import ProductFactory
from catalog.tests.unprotected import without_checks, without_guard
from orders.models import Order
from orders.services.cancel_order import cancel_order
from orders.services.pay import PayOrder, pay_order
from orders.tests.factories import GOOD_CARD, check_out
from orders.tests.stock import assert_stock_agrees, counters
from shop.common.errors import InsufficientStock
from shop.testing.concurrency import DEADLOCK, Meeting, Outcome, codes_of_retries, race, race_processes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

logger = logging.getLogger(__name__)

FULL = os.environ.get("PROOF") == "full"
BUYERS, IN_STOCK = (200, 20) if FULL else (40, 4)
ROUNDS = 300 if FULL else 10
PROCESSES = 4


def buy(variants: Sequence[Variant], quantity: int = 1) -> str:
    """One guest, from the empty bag to the paid order. The number of the order."""
    shopper = Shopper()
    for variant in variants:
        line = add_item(shopper=shopper, variant_id=variant.pk, quantity=quantity)
        shopper = Shopper(cart_id=line.cart.public_id)
    order = check_out(shopper).order
    pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
    return order.number


def threads(run: Callable[[int], object], buyers: int = BUYERS) -> Outcome:
    return race(buyers, run)


def processes(run: Callable[[int], object], buyers: int = BUYERS) -> Outcome:
    return race_processes(buyers, run, processes=PROCESSES)


@pytest.fixture
def variant() -> Variant:
    default_prices()
    return goods(stock=IN_STOCK)


@pytest.mark.parametrize("policy", ["cart", "checkout", "none"])
@pytest.mark.parametrize("at_once", [threads, processes])
def test_exactly_as_many_are_sold_as_there_are(settings, variant, at_once, policy):
    settings.SHOP_HOLD_POLICY = policy
    started = time.monotonic()
    outcome = at_once(lambda number: buy([variant]))
    seconds = time.monotonic() - started

    assert outcome.errors_by_type() == {"InsufficientStock": BUYERS - IN_STOCK}
    assert len(set(outcome.results)) == IN_STOCK
    assert Order.objects.filter(status="paid", lines__variant=variant).count() == IN_STOCK
    assert Order.objects.count() == IN_STOCK
    assert counters(variant) == (IN_STOCK, 0, IN_STOCK)
    assert Product.objects.get().in_stock is False
    assert_stock_agrees()
    words = (connection.vendor, at_once.__name__, policy, BUYERS, len(outcome.results), outcome.errors_by_type())
    logger.info("%s, %s, holds by %s: %d buyers, %d sold, others %s, %.1f s", *words, seconds)


def test_quantities_that_do_not_fit_evenly(variant):
    """Buyers of three: what is left over is left over."""
    outcome = processes(lambda number: buy([variant], quantity=3))
    assert not outcome.unexpected(InsufficientStock)
    assert len(outcome.results) == IN_STOCK // 3
    assert counters(variant) == (IN_STOCK, 0, IN_STOCK // 3 * 3)
    assert_stock_agrees()


@pytest.mark.parametrize("kept", ["lock", "guard", "check"])
def test_each_protection_alone_is_enough(settings, variant, kept):
    """The two that serve shoppers by a refusal, and the last that would rather be an error than an oversale."""
    settings.SHOP_HOLD_POLICY = "none"
    with unprotected(except_for=kept):
        outcome = threads(lambda number: buy([variant]))
        sold = Stock.objects.get(pk=variant.pk).committed
    assert not outcome.unexpected(InsufficientStock, StockRefused, IntegrityError)
    assert len(outcome.results) <= IN_STOCK
    assert sold <= IN_STOCK


@pytest.mark.parametrize("at_once", [threads, processes])
def test_control_without_protection_the_same_buyers_oversell(settings, variant, at_once):
    settings.SHOP_HOLD_POLICY = "none"
    with unprotected():
        outcome = at_once(lambda number: buy([variant]))
        sold = Stock.objects.get(pk=variant.pk).committed
    assert len(outcome.results) > IN_STOCK
    assert sold > IN_STOCK
    logger.info("%s, %s, unprotected: %d of %d sold", connection.vendor, at_once.__name__, sold, IN_STOCK)


def test_control_without_protection_bags_keep_more_than_there_is(variant):
    with unprotected():
        processes(lambda number: add_item(shopper=Shopper(), variant_id=variant.pk).quantity, IN_STOCK * 10)
        held = Stock.objects.get(pk=variant.pk).held
    assert held > IN_STOCK


@contextmanager
def unprotected(*, except_for: str = "") -> Iterator[None]:
    """Stock without its protections but one of "lock", "guard" and "check"."""
    with ExitStack() as stack:
        if except_for != "check":
            stack.enter_context(without_checks())
        if except_for != "guard":
            stack.enter_context(without_guard())
        if except_for != "lock":
            stack.enter_context(without_lock())
        yield


@contextmanager
def without_lock() -> Iterator[None]:
    """Far more than can be served have read before any of them goes on: a deadlock sends some back to look again.

    On SQLite the transaction is the lock.
    """
    more_than_enough = Meeting(IN_STOCK * 3)

    def read(variant_ids):
        rows = {row.variant_id: row for row in Stock.objects.filter(pk__in=set(variant_ids)).order_by("pk")}
        more_than_enough.arrive()
        return rows

    with ExitStack() as stack:
        for module in ("stock", "holds", "commitments"):
            stack.enter_context(patch(f"catalog.services.{module}.lock_stock", read))
        if connection.vendor == "sqlite":
            just_run = lambda work, **_: work()  # noqa: E731
            for module in ("shop.common.unit", "carts.services.hold_lines", "orders.services.pay"):
                stack.enter_context(patch(f"{module}.run_in_transaction", just_run))
        yield


@pytest.mark.parametrize("products", [1, 2])
def test_the_same_two_things_in_opposite_order_never_wait_in_a_circle(caplog, products):
    """Two buyers who empty the shelf, while somebody cancels an order of both: no deadlock, in any round."""
    caplog.set_level("INFO", logger="shop.common.unit")
    for _ in range(ROUNDS):
        first, second = pair(products, stock=3)
        earlier = Order.objects.get(number=buy([first, second]))
        runs = [
            lambda first=first, second=second: buy([first, second]),
            lambda first=first, second=second: buy([second, first]),
            lambda earlier=earlier: cancel_order(order_id=earlier.pk),
        ]
        outcome = race(3, lambda number, runs=runs: runs[number]())
        assert not outcome.errors
        assert (counters(first), counters(second)) == ((3, 0, 2), (3, 0, 2))
    assert codes_of_retries(caplog) == []
    assert_stock_agrees()
    logger.info("%s, %d rounds over %d products: no deadlock", connection.vendor, ROUNDS, products)


@pytest.mark.mariadb
def test_control_locks_taken_as_they_come_do_wait_in_a_circle(caplog):
    """On SQLite there is one writer at a time, so nobody can wait for two."""
    caplog.set_level("INFO", logger="shop.common.unit")

    both_have_one = Meeting(2)

    def as_they_come(requests, *, now):
        rows = {}
        for request in requests:
            rows[request.variant_id] = Stock.objects.select_for_update().get(pk=request.variant_id)
            both_have_one.arrive()
        return rows

    first, second = pair(2, stock=3)
    shelves = [[first, second], [second, first]]
    with patch("catalog.services.commitments.lock_fresh_stock", as_they_come):
        race(2, lambda number: buy(shelves[number]))
    assert DEADLOCK in codes_of_retries(caplog)


def pair(products: int, *, stock: int) -> tuple[Variant, Variant]:
    """Two variants, of one product or of two."""
    default_prices()
    if products == 2:
        return goods(stock=stock), goods(stock=stock)
    first, second = ProductFactory(variants=2, stock=stock).variants.all()
    return first, second
