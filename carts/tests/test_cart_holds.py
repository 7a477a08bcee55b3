"""Renewing what a cart keeps, and keeping it again when the shopper is back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from carts.models import CartLine
from carts.selectors.carts import Problem, cart_view
from carts.services.holds import extend_holds, release_cart, restore_holds
from carts.tests.factories import add, counters, goods, guest
from catalog.models import Product, ProductStatus, StockHold
from catalog.tests.ledger import assert_books_agree
from shop.common.errors import NotFound

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller
    assert_books_agree()


@pytest.fixture
def who():
    return guest()


class TestExtending:
    def test_all_holds_are_renewed(self, clock, who):
        add(who, goods(), 2)
        clock.shift(minutes(5))
        add(who, goods(), 1)
        clock.shift(minutes(5))
        assert extend_holds(shopper=who) == []
        assert set(StockHold.objects.values_list("expires_at", flat=True)) == {NOON + minutes(25)}

    def test_what_is_no_longer_for_sale_is_not(self, clock, who):
        add(who, goods())
        Product.objects.update(status=ProductStatus.ARCHIVED)
        clock.shift(minutes(5))
        assert extend_holds(shopper=who) == []
        assert StockHold.objects.get().expires_at == NOON + minutes(15)

    def test_what_could_not_be_kept_is_told(self, clock, who):
        line = add(who, goods(stock=2), 2)
        clock.shift(minutes(20))
        add(guest(), line.variant, 1)
        (refusal,) = extend_holds(shopper=who)
        assert (refusal.reason, refusal.available) == ("stock", 1)

    def test_under_the_checkout_policy_this_is_what_begins_holding(self, settings, clock, who):
        settings.SHOP_HOLD_POLICY = "checkout"
        line = add(who, goods(), 2)
        assert counters(line.variant) == (10, 0, 0)
        extend_holds(shopper=who)
        assert counters(line.variant) == (10, 2, 0)

    def test_under_the_policy_none_nothing_is_ever_held(self, settings, clock, who):
        settings.SHOP_HOLD_POLICY = "none"
        line = add(who, goods(), 2)
        assert extend_holds(shopper=who) == []
        assert counters(line.variant) == (10, 0, 0)

    def test_nobodys_cart_is_not_found(self):
        with pytest.raises(NotFound):
            extend_holds(shopper=guest().__class__(cart_id="nobody's"))


class TestBeingBack:
    def test_what_ended_is_kept_again(self, clock, who):
        line = add(who, goods(), 2)
        clock.shift(minutes(30))
        assert cart_view(who).lines[0].held_until is None
        assert restore_holds(shopper=who) == []
        assert cart_view(who).lines[0].held_until == NOON + minutes(45)
        assert counters(line.variant) == (10, 2, 0)

    def test_what_is_still_kept_is_not_renewed(self, clock, who):
        add(who, goods(), 2)
        clock.shift(minutes(5))
        restore_holds(shopper=who)
        assert StockHold.objects.get().expires_at == NOON + minutes(15)

    def test_the_line_stays_when_others_were_faster(self, clock, who):
        line = add(who, goods(stock=2), 2)
        clock.shift(minutes(30))
        add(guest(), line.variant, 2)
        (refusal,) = restore_holds(shopper=who)
        assert refusal.reason == "stock"
        assert CartLine.objects.filter(pk=line.pk, quantity=2).exists()
        assert cart_view(who).lines[0].problem is Problem.HELD

    @pytest.mark.parametrize("policy", ["checkout", "none"])
    def test_only_carts_that_keep_are_kept(self, settings, clock, who, policy):
        settings.SHOP_HOLD_POLICY = policy
        line = add(who, goods(), 2)
        assert restore_holds(shopper=who) == []
        assert counters(line.variant) == (10, 0, 0)


class TestReleasing:
    def test_staff_free_a_whole_cart_and_its_lines_stay(self, who):
        line = add(who, goods(), 2)
        release_cart(cart_id=line.cart_id)
        assert counters(line.variant) == (10, 0, 0)
        assert CartLine.objects.filter(pk=line.pk).exists()
        assert_books_agree()

    def test_a_cart_that_is_gone_is_not_found(self):
        with pytest.raises(NotFound):
            release_cart(cart_id=987654)


class TestHowLong:
    """`can_extend` is offered only while it brings something."""

    def test_not_at_once_and_not_after_the_longest(self, clock, who):
        add(who, goods())
        assert not cart_view(who).can_extend
        clock.shift(minutes(2))
        assert cart_view(who).can_extend
        for _ in range(5):
            clock.shift(minutes(10))
            extend_holds(shopper=who)
        view = cart_view(who)
        assert view.holds_expire_at == NOON + minutes(60)
        assert not view.can_extend

    def test_the_first_to_end_counts(self, clock, who):
        add(who, goods())
        clock.shift(minutes(5))
        add(who, goods())
        assert cart_view(who).holds_expire_at == NOON + minutes(15)
