"""Many at once, on real connections. Every proof has its control: with the protection away it must fail."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import OperationalError
from django.db.models import QuerySet
from django.utils import timezone

from catalog.models import Product, Stock, StockHold
from catalog.services import listing, stock
from catalog.services.commitments import commit_units
from catalog.services.holds import HoldRequest, expire_holds, hold_units
from catalog.services.stock import StockRefused, receive_stock
from catalog.tests.factories import ProductFactory, VariantFactory
from catalog.tests.ledger import assert_books_agree
from catalog.tests.unprotected import without_stock_protection
from shop.common import unit
from shop.testing.concurrency import DEADLOCK, Meeting, codes_of_retries, race

pytestmark = pytest.mark.django_db(transaction=True)


def ask(owner: object, *variant_ids: int, quantity: int = 1) -> list[HoldRequest]:
    return [
        HoldRequest(owner=f"cart-{owner}", reference=f"line-{owner}-{pk}", variant_id=pk, quantity=quantity)
        for pk in variant_ids
    ]


def hold(owner: object, *variant_ids: int) -> bool:
    """Whether everything was kept."""
    return unit.run_in_transaction(lambda: hold_units(ask(owner, *variant_ids))) == []


def order(owner: object, *variant_ids: int) -> bool:
    return unit.run_in_transaction(lambda: commit_units(ask(owner, *variant_ids), reference=f"ORDER-{owner}")) == []


def counters(pk: int) -> tuple[int, int, int]:
    row = Stock.objects.get(pk=pk)
    return row.on_hand, row.held, row.committed


class TestTheLastFive:
    @pytest.mark.parametrize("take", [hold, order])
    def test_twenty_at_once_get_five(self, take):
        pk = VariantFactory(stock=5).pk
        outcome = race(20, lambda number: take(number, pk))
        assert outcome.errors == []
        assert outcome.count(True) == 5
        on_hand, held, committed = counters(pk)
        assert (on_hand, held + committed) == (5, 5)
        assert_books_agree()

    def test_the_condition_of_the_update_is_enough_by_itself(self, monkeypatch):
        """Had somebody forgotten to lock, the database would still say no."""
        for module in ("stock", "holds"):
            monkeypatch.setattr(
                f"catalog.services.{module}.lock_stock",
                lambda ids: {row.pk: row for row in Stock.objects.filter(pk__in=set(ids))},
            )
        pk = VariantFactory(stock=5).pk
        outcome = race(20, lambda number: hold(number, pk))
        assert outcome.unexpected(StockRefused) == []
        assert outcome.count(True) == 5
        assert counters(pk) == (5, 5, 0)
        assert_books_agree()

    @pytest.mark.parametrize("take", [hold, order])
    def test_control_without_protection_more_are_sold(self, take):
        pk = VariantFactory(stock=5).pk
        with without_stock_protection(people=12):
            outcome = race(20, lambda number: take(number, pk))
            assert outcome.count(True) > 5
            on_hand, held, committed = counters(pk)
            assert on_hand == 5
            assert held + committed > 5


class TestOppositeOrders:
    """Two buyers of the same two things, each in the other's order, never wait for each other in a circle."""

    def rounds(self, take) -> None:
        pks = sorted(VariantFactory(stock=200).pk for _ in range(4))
        outcome = race(24, lambda number: take(number, *(pks if number % 2 else reversed(pks))))
        assert outcome.errors == []
        assert outcome.count(True) == 24

    @pytest.mark.parametrize("take", [hold, order])
    def test_no_deadlock(self, take, caplog):
        caplog.set_level("INFO", logger="shop.common.unit")
        self.rounds(take)
        assert DEADLOCK not in codes_of_retries(caplog)
        assert_books_agree()

    @pytest.mark.mariadb
    def test_control_locking_in_the_order_asked_for_deadlocks(self, monkeypatch, caplog):
        caplog.set_level("INFO", logger="shop.common.unit")
        both_ends_are_taken = Meeting(2)

        def lock_as_asked(requests, *, now):
            return {request.variant_id: lock_and_wait(request.variant_id) for request in requests}

        def lock_and_wait(pk):
            row = stock.lock_stock([pk])[pk]
            both_ends_are_taken.arrive()
            return row

        monkeypatch.setattr("catalog.services.holds.lock_fresh_stock", lock_as_asked)
        self.rounds(hold)
        assert DEADLOCK in codes_of_retries(caplog)


class TestEndedHolds:
    def ended(self, units: int) -> int:
        pk = VariantFactory(stock=units).pk
        for number in range(units):
            assert hold(f"ended-{number}", pk)
        StockHold.objects.update(expires_at=timezone.now() - timedelta(minutes=1))
        return pk

    def test_the_timer_and_new_buyers_free_each_hold_once(self):
        pk = self.ended(5)
        outcome = race(16, lambda number: expire_holds() if number % 4 == 0 else hold(number, pk))
        assert outcome.errors == []
        assert [result for result in outcome.results if result is True] == [True] * 5
        assert counters(pk) == (5, 5, 0)
        assert StockHold.objects.filter(quantity__gt=0, expires_at__gt=timezone.now()).count() == 5
        assert_books_agree()

    def test_the_owner_who_is_back_and_others_share_what_there_is(self):
        pk = self.ended(3)
        outcome = race(12, lambda number: hold(f"ended-{number}" if number < 3 else number, pk))
        assert outcome.errors == []
        assert outcome.count(True) == 3
        assert counters(pk) == (3, 3, 0)
        assert_books_agree()


class TestSoldOutTogether:
    """Two variants of one product, each the last, sold at the same moment: the product is sold out."""

    @pytest.fixture
    def product(self) -> Product:
        product = ProductFactory(variants=0)
        for n in range(2):
            VariantFactory(product=product, stock=1, options_key=f"v{n}")
        return product

    def sell_both(self, product: Product, monkeypatch, *, seconds: float) -> bool:
        """Whether lists say it is in stock afterwards. The first has read before the second sells, and waits for it."""
        first_has_read, second_is_done = threading.Event(), threading.Event()
        pks = list(product.variants.values_list("pk", flat=True))
        original = listing._active_variants
        first_thread: list[int] = []

        def read(products):
            rows = original(products)
            if threading.get_ident() in first_thread:
                first_has_read.set()
                second_is_done.wait(seconds)
            return rows

        def sell(number: int) -> bool:
            if number == 0:
                first_thread.append(threading.get_ident())
            else:
                assert first_has_read.wait(60)
            sold = order(number, pks[number])
            if number == 1:
                second_is_done.set()
            return sold

        monkeypatch.setattr(listing, "_active_variants", read)
        outcome = race(2, sell)
        assert outcome.errors == []
        assert outcome.count(True) == 2
        product.refresh_from_db()
        return product.in_stock

    def test_it_is_sold_out(self, product, monkeypatch):
        # The second waits for the first's lock: the first cannot wait until it is done.
        assert self.sell_both(product, monkeypatch, seconds=1) is False
        assert_books_agree()

    @pytest.mark.mariadb
    def test_control_without_the_products_lock_it_stays_in_stock(self, product, monkeypatch):
        """SQLite has one writer at a time: there is nothing to take away."""
        original = QuerySet.select_for_update

        def lock_all_but_products(queryset, *args, **kwargs):
            return queryset.all() if queryset.model is Product else original(queryset, *args, **kwargs)

        monkeypatch.setattr(QuerySet, "select_for_update", lock_all_but_products)
        assert self.sell_both(product, monkeypatch, seconds=60) is True


def test_receiving_and_selling_at_once_lose_nothing():
    pk = VariantFactory(stock=10).pk

    def run(number: int) -> object:
        return receive_stock(variant_id=pk, quantity=2) if number % 2 else order(number, pk)

    outcome = race(20, run)
    assert outcome.unexpected(OperationalError) == outcome.errors == []
    assert counters(pk) == (30, 0, 10)
    assert_books_agree()
