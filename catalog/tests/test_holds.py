"""Holds: kept for a while, reclaimed by whoever comes next, never a way to empty the shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from catalog.models import Stock, StockHold, StockMovement
from catalog.services.holds import (
    HoldRequest,
    expire_holds,
    hold_units,
    note_refusal,
    release_hold,
    release_units,
)
from catalog.services.stock import receive_stock
from catalog.tests.factories import VariantFactory
from catalog.tests.ledger import assert_books_agree

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def books():
    yield
    assert_books_agree()


def ask(owner: str, variant, quantity: int, address: str = "", *, is_guest: bool = True) -> HoldRequest:
    return HoldRequest(
        owner=owner,
        reference=f"{owner}-line",
        variant_id=variant.pk,
        quantity=quantity,
        is_guest=is_guest,
        client_address=address,
    )


def hold(owner: str, variant, quantity: int, address: str = "", *, is_guest: bool = True) -> str:
    """The reason of the refusal, or "kept"."""
    refusals = hold_units([ask(owner, variant, quantity, address, is_guest=is_guest)])
    return refusals[0].reason if refusals else "kept"


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def counters(variant) -> tuple[int, int, int]:
    stock = Stock.objects.get(pk=variant.pk)
    return stock.on_hand, stock.held, stock.committed


def kinds() -> list[str]:
    return list(StockMovement.objects.order_by("id").values_list("kind", flat=True)[1:])


class TestKeeping:
    def test_keeps_for_fifteen_minutes(self, clock):
        variant = VariantFactory(stock=5)
        assert hold("ada", variant, 2, "192.0.2.7") == "kept"
        row = StockHold.objects.get()
        assert (row.owner, row.reference, row.quantity, row.client_address) == ("ada", "ada-line", 2, "192.0.2.7")
        assert row.expires_at == NOON + minutes(15)
        assert counters(variant) == (5, 2, 0)

    def test_asking_again_sets_the_whole_and_renews(self, clock):
        variant = VariantFactory(stock=5)
        hold("ada", variant, 2)
        clock.shift(minutes(10))
        hold("ada", variant, 5)
        assert counters(variant) == (5, 5, 0)
        hold("ada", variant, 1)
        assert counters(variant) == (5, 1, 0)
        row = StockHold.objects.get()
        assert (row.quantity, row.started_at, row.expires_at) == (1, NOON, NOON + minutes(25))
        assert kinds() == ["hold", "hold", "release"]

    def test_ones_own_hold_never_blocks_oneself(self):
        variant = VariantFactory(stock=5)
        assert hold("ada", variant, 5) == "kept"
        assert hold("ada", variant, 5) == "kept"

    def test_ones_own_ended_hold_neither(self, clock):
        variant = VariantFactory(stock=5)
        hold("ada", variant, 5)
        clock.shift(minutes(20))
        assert hold("ada", variant, 5) == "kept"
        assert counters(variant) == (5, 5, 0)

    def test_others_get_what_is_left(self):
        variant = VariantFactory(stock=5)
        hold("ada", variant, 3)
        (refusal,) = hold_units([ask("grace", variant, 3)])
        assert (refusal.reason, refusal.available) == ("stock", 2)
        assert hold("grace", variant, 2) == "kept"
        assert counters(variant) == (5, 5, 0)

    def test_a_refusal_tells_what_this_cart_could_have_in_all(self):
        variant = VariantFactory(stock=5)
        hold("ada", variant, 2)
        hold("grace", variant, 1)
        (refusal,) = hold_units([ask("ada", variant, 9)])
        assert refusal.available == 4
        assert StockHold.objects.get(owner="ada").quantity == 2

    def test_several_at_once_are_kept_or_refused_one_by_one(self):
        plenty, none = VariantFactory(stock=5), VariantFactory(stock=0)
        refusals = hold_units([ask("ada", none, 1), ask("ada", plenty, 1)])
        assert [refusal.request.variant_id for refusal in refusals] == [none.pk]
        assert counters(plenty) == (5, 1, 0)

    def test_what_never_runs_out_is_kept_all_the_same(self):
        variant = VariantFactory(stock=0, tracked=False)
        assert hold("ada", variant, 20) == "kept"
        assert counters(variant) == (0, 20, 0)

    def test_a_hundred_lines_cost_one_update_each_and_a_few_queries(self, django_assert_num_queries):
        variants = [VariantFactory() for _ in range(20)]
        with django_assert_num_queries(len(variants) + 6):  # what is gone, stock, ended, own, ledger, holds
            assert hold_units([ask("ada", variant, 1) for variant in variants]) == []


class TestEnding:
    def test_the_next_one_takes_over_with_no_timer_having_run(self, clock):
        variant = VariantFactory(stock=2)
        hold("ada", variant, 2)
        assert hold("grace", variant, 2) == "stock"
        clock.shift(minutes(15))
        assert hold("grace", variant, 2) == "kept"
        assert counters(variant) == (2, 2, 0)
        assert kinds() == ["hold", "expire", "hold"]
        ended = StockHold.objects.get(owner="ada")
        assert (ended.quantity, ended.ended_at) == (0, NOON + minutes(15))

    def test_the_timer_frees_what_has_ended_and_nothing_else(self, clock):
        first, second = VariantFactory(stock=5), VariantFactory(stock=5)
        hold("ada", first, 2)
        hold("grace", second, 3)
        clock.shift(minutes(10))
        hold("grace", second, 3)
        clock.shift(minutes(6))
        assert expire_holds() == 2
        assert (counters(first), counters(second)) == ((5, 0, 0), (5, 3, 0))
        assert expire_holds() == 0

    def test_the_timer_takes_many_variants_in_batches(self, clock, monkeypatch):
        monkeypatch.setattr("catalog.services.holds.EXPIRE_BATCH", 3)
        for _ in range(8):
            hold("ada", VariantFactory(), 2)
        clock.shift(minutes(16))
        assert expire_holds() == 16

    def test_ended_rows_are_forgotten_once_their_cart_has_rested(self, clock, monkeypatch):
        monkeypatch.setattr("catalog.services.holds.FORGET_BATCH", 2)
        for owner in ("ada", "grace", "alan"):
            hold(owner, VariantFactory(), 1)
        clock.shift(minutes(16))
        expire_holds()
        assert StockHold.objects.count() == 3
        clock.shift(minutes(16))
        expire_holds()
        assert StockHold.objects.count() == 0

    def test_releasing_all_or_some_of_a_cart(self):
        first, second = VariantFactory(stock=5), VariantFactory(stock=5)
        hold("ada", first, 2)
        hold("ada", second, 3)
        hold("grace", second, 1)
        release_units(owner="ada", variant_ids=[first.pk])
        assert (counters(first), counters(second)) == ((5, 0, 0), (5, 4, 0))
        release_units(owner="ada")
        assert counters(second) == (5, 1, 0)

    def test_staff_release_one_hold(self):
        variant = VariantFactory(stock=5)
        hold("ada", variant, 2)
        release_hold(hold_id=StockHold.objects.get().pk)
        assert counters(variant) == (5, 0, 0)
        release_hold(hold_id=StockHold.objects.get().pk)
        assert kinds() == ["hold", "release"]


class TestLatecomers:
    """When all is gone and it is on record that more was wanted, nobody queues for the row to hear so again."""

    @pytest.fixture
    def sold_out(self):
        variant = VariantFactory(stock=2)
        assert hold("ada", variant, 2) == "kept"
        assert hold("grace", variant, 1) == "stock"
        return variant

    def test_they_hear_it_by_one_plain_read(self, sold_out, django_assert_num_queries):
        with django_assert_num_queries(1) as queries:
            (refusal,) = hold_units([ask("linus", sold_out, 1)])
        assert (refusal.reason, refusal.available) == ("stock", 0)
        assert "FOR UPDATE" not in queries.captured_queries[0]["sql"]

    def test_they_get_what_else_they_ask_for(self, sold_out):
        plenty = VariantFactory(stock=5)
        refusals = hold_units([ask("linus", sold_out, 1), ask("linus", plenty, 1)])
        assert [refusal.request.variant_id for refusal in refusals] == [sold_out.pk]
        assert counters(plenty) == (5, 1, 0)

    def test_a_hold_that_ends_without_any_timer_is_theirs(self, clock, sold_out):
        clock.shift(minutes(15))
        assert hold("linus", sold_out, 2) == "kept"
        assert StockHold.objects.get(owner="linus").quantity == 2

    @pytest.mark.parametrize("more", [{"on_hand": 3}, {"allow_backorder": True}, {"tracked": False}])
    def test_what_comes_in_or_never_runs_out_is_theirs(self, sold_out, more):
        if "on_hand" in more:
            receive_stock(variant_id=sold_out.pk, quantity=1)
        else:
            Stock.objects.filter(pk=sold_out.pk).update(**more)
        assert hold("linus", sold_out, 1) == "kept"

    def test_who_keeps_some_is_never_among_them(self, sold_out):
        assert hold("ada", sold_out, 1) == "kept"
        assert hold("ada", sold_out, 2) == "kept"

    def test_a_refusal_is_written_down_once(self, clock, sold_out, django_assert_num_queries):
        noted = Stock.objects.get(pk=sold_out.pk).refused_at
        clock.shift(minutes(1))
        with django_assert_num_queries(1):
            note_refusal([sold_out.pk])
        assert Stock.objects.get(pk=sold_out.pk).refused_at == noted

    def test_but_again_for_those_who_came_after_it(self, clock, sold_out):
        clock.shift(minutes(16))
        assert hold("linus", sold_out, 2) == "kept"
        clock.shift(minutes(1))
        assert hold("grace", sold_out, 1) == "stock"
        assert Stock.objects.get(pk=sold_out.pk).refused_at == timezone.now()


class TestLongHolds:
    """Renewed at most to an hour of age, then not by the same cart for a quarter while others want it."""

    def keep_on_to_the_hour(self, clock, variant) -> None:
        hold("ada", variant, 2)
        for _ in range(6):
            clock.shift(minutes(10))
            if hold("ada", variant, 2) != "kept":
                return

    def test_no_hold_gets_older_than_an_hour(self, clock):
        variant = VariantFactory(stock=2)
        hold("ada", variant, 2)
        for _ in range(5):
            clock.shift(minutes(10))
            assert hold("ada", variant, 2) == "kept"
            assert StockHold.objects.get().expires_at <= NOON + minutes(60)
        assert StockHold.objects.get().expires_at == NOON + minutes(60)

    def test_after_an_hour_it_pauses_while_others_want_it(self, clock):
        variant = VariantFactory(stock=2)
        hold("ada", variant, 2)
        note_refusal([variant.pk], owner="grace")
        self.keep_on_to_the_hour(clock, variant)
        assert timezone.now() == NOON + minutes(60)
        assert hold("ada", variant, 2) == "pause"
        clock.shift(minutes(14))
        assert hold("ada", variant, 1) == "pause"
        clock.shift(minutes(1))
        assert hold("ada", variant, 2) == "kept"
        assert StockHold.objects.get().started_at == NOON + minutes(75)

    def test_nobody_else_wanting_it_there_is_no_pause(self, clock):
        variant = VariantFactory(stock=2)
        self.keep_on_to_the_hour(clock, variant)
        assert hold("ada", variant, 2) == "kept"
        assert StockHold.objects.get().started_at == NOON + minutes(60)

    def test_taking_it_out_and_putting_it_in_again_does_not_make_it_young(self, clock):
        variant = VariantFactory(stock=2)
        hold("ada", variant, 2)
        note_refusal([variant.pk])
        clock.shift(minutes(14))
        release_units(owner="ada")
        clock.shift(minutes(5))
        hold("ada", variant, 2)
        assert StockHold.objects.get().started_at == NOON

    def test_ones_own_wish_for_more_is_not_others_wanting_it(self, clock):
        variant = VariantFactory(stock=2)
        hold("ada", variant, 2)
        assert hold("ada", variant, 3) == "stock"
        note_refusal([variant.pk], owner="ada")
        self.keep_on_to_the_hour(clock, variant)
        assert hold("ada", variant, 2) == "kept"

    def test_a_refusal_that_ends_no_unit_counts_as_wanting(self, clock):
        variant = VariantFactory(stock=2)
        hold("ada", variant, 2)
        assert hold("grace", variant, 1) == "stock"
        self.keep_on_to_the_hour(clock, variant)
        assert hold("ada", variant, 2) == "pause"

    def test_the_pause_is_no_bar_to_others(self, clock):
        variant = VariantFactory(stock=2)
        hold("ada", variant, 2)
        note_refusal([variant.pk])
        self.keep_on_to_the_hour(clock, variant)
        assert hold("grace", variant, 2) == "kept"


class TestAddressLimit:
    @pytest.fixture(autouse=True)
    def ten_a_network(self, settings):
        settings.SHOP_GUEST_HOLDS_PER_IP = 10

    def test_guests_of_one_address_keep_so_many_units_together(self):
        variant = VariantFactory(stock=100)
        assert hold("ada", variant, 6, "192.0.2.7") == "kept"
        assert hold("grace", variant, 5, "192.0.2.7") == "address"
        assert hold("grace", variant, 4, "192.0.2.7") == "kept"
        assert hold("alan", variant, 5, "192.0.2.8") == "kept"

    def test_customers_and_unknown_addresses_do_not_count(self):
        variant = VariantFactory(stock=100)
        assert hold("ada", variant, 20, "192.0.2.7", is_guest=False) == "kept"
        assert hold("grace", variant, 10, "192.0.2.7") == "kept"
        assert hold("alan", variant, 20) == "kept"

    def test_off_when_limits_are_off(self, settings):
        settings.SHOP_RATE_LIMITS_ENABLED = False
        assert hold("ada", VariantFactory(stock=100), 50, "192.0.2.7") == "kept"

    def test_several_lines_at_once_add_up(self):
        requests = [ask("ada", VariantFactory(), 4, "192.0.2.7") for _ in range(3)]
        assert [refusal.reason for refusal in hold_units(requests)] == ["address"]

    def test_renewing_what_has_ended_counts_anew(self, clock):
        """Or else carts made one after the other, each renewing its ended hold, would get round it."""
        variants = [VariantFactory(stock=100) for _ in range(2)]
        hold("ada", variants[0], 10, "192.0.2.7")
        clock.shift(minutes(16))
        assert hold("grace", variants[1], 10, "192.0.2.7") == "kept"
        assert hold("ada", variants[0], 10, "192.0.2.7") == "address"

    def test_what_never_runs_out_does_not_count(self):
        endless = VariantFactory(stock=0, tracked=False)
        assert hold("ada", endless, 500, "192.0.2.7") == "kept"
        assert hold("ada", VariantFactory(), 10, "192.0.2.7") == "kept"
