"""Many carts at once, on real connections, with controls."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from carts.models import Cart, CartLine, CartStatus
from carts.selectors.carts import Shopper
from carts.services.holds import restore_holds
from carts.services.items import add_item, set_quantity
from carts.services.merge_carts import merge_carts
from carts.tests.factories import add, counters, customer, default_prices, goods, guest, let_holds_end
from catalog.models import StockHold
from catalog.tests.ledger import assert_books_agree
from catalog.tests.unprotected import without_stock_protection
from shop.common.errors import InsufficientStock
from shop.testing.concurrency import race

pytestmark = pytest.mark.django_db(transaction=True)


class TestTheLastFive:
    def add_by(self, carts: int, variant):
        return race(carts, lambda _: bool(add_item(shopper=Shopper(), variant_id=variant.pk)))

    def test_twenty_carts_get_five(self):
        variant = goods(stock=5)
        outcome = self.add_by(20, variant)
        assert outcome.unexpected(InsufficientStock) == []
        assert (outcome.count(True), len(outcome.errors)) == (5, 15)
        assert counters(variant) == (5, 5, 0)
        assert CartLine.objects.count() == Cart.objects.count() == 5
        assert_books_agree()

    def test_control_without_protection_more_carts_get_it(self):
        variant = goods(stock=5)
        with without_stock_protection(people=12):
            outcome = self.add_by(20, variant)
            assert outcome.unexpected(InsufficientStock) == []
            assert outcome.count(True) > 5
            assert counters(variant)[1] > 5

    def test_more_and_fewer_at_once(self):
        variant = goods(stock=10)
        carts = [guest() for _ in range(5)]
        lines = [add(who, variant, 2) for who in carts]

        def change(number: int) -> None:
            who, line = carts[number % 5], lines[number % 5]
            set_quantity(shopper=who, line_id=line.public_id, quantity=1 + number % 3)

        outcome = race(15, change)
        assert outcome.unexpected(InsufficientStock) == []
        held = sum(CartLine.objects.values_list("quantity", flat=True))
        assert counters(variant) == (10, held, 0)
        assert_books_agree()


class TestOneCart:
    def test_a_customers_first_things_meet_in_one_cart(self):
        user = UserFactory()
        variants = [goods() for _ in range(8)]
        outcome = race(8, lambda number: bool(add(customer(user), variants[number])))
        assert outcome.errors == []
        assert Cart.objects.get().lines.count() == 8
        assert_books_agree()

    def test_the_same_thing_adds_up(self):
        who, variant = guest(), goods(stock=20)
        outcome = race(10, lambda _: bool(add(who, variant)))
        assert outcome.errors == []
        assert CartLine.objects.get().quantity == 10
        assert counters(variant) == (20, 10, 0)

    def test_being_back_in_several_windows_holds_once(self):
        who = guest()
        variants = [goods(stock=2) for _ in range(3)]
        for variant in variants:
            add(who, variant, 2)
        let_holds_end(who)
        outcome = race(6, lambda _: restore_holds(shopper=who))
        assert outcome.errors == []
        assert outcome.results == [[]] * 6
        assert [counters(variant) for variant in variants] == [(2, 2, 0)] * 3
        assert_books_agree()


class TestMerging:
    def test_signing_in_twice_at_once_doubles_nothing(self):
        user, who, variant = UserFactory(), guest(), goods(stock=20)
        add(who, variant, 3)
        add(customer(user), variant, 2)
        outcome = race(6, lambda _: merge_carts(user_id=user.pk, guest_cart_id=who.cart_id))
        assert outcome.errors == []
        assert CartLine.objects.get().quantity == 5
        assert counters(variant) == (20, 5, 0)
        assert_books_agree()

    def test_two_people_on_one_guests_cart_share_nothing_twice(self):
        users, who, variant = [UserFactory(), UserFactory()], guest(), goods(stock=20)
        add(who, variant, 3)
        outcome = race(6, lambda n: merge_carts(user_id=users[n % 2].pk, guest_cart_id=who.cart_id))
        assert outcome.errors == []
        assert CartLine.objects.get().quantity == 3
        assert counters(variant) == (20, 3, 0)

    def test_merging_while_others_buy_the_same_things(self):
        variants = [goods(stock=6) for _ in range(3)]
        people = []
        for number in range(4):
            user, who = UserFactory(), guest()
            for variant in variants if number % 2 else reversed(variants):
                add(who, variant)
            people.append((user, who))

        def run(number: int) -> object:
            if number < 4:
                user, who = people[number]
                return merge_carts(user_id=user.pk, guest_cart_id=who.cart_id)
            return bool(add_item(shopper=Shopper(), variant_id=variants[number % 3].pk))

        outcome = race(16, run)
        assert outcome.unexpected(InsufficientStock) == []
        assert outcome.count(True) == 6
        assert [counters(variant) for variant in variants] == [(6, 6, 0)] * 3
        assert Cart.objects.filter(status=CartStatus.MERGED).count() == 4
        assert_books_agree()


class TestNoTimer:
    """Everything lies in other carts, their holds end, nothing has tidied up: the next one can buy."""

    def buy_after_others_left(self) -> str:
        default_prices()
        variant = goods(stock=4, name="Contours 7")
        others = [guest() for _ in range(2)]
        for who in others:
            add(who, variant, 2)
        for who in others:
            let_holds_end(who)
        assert counters(variant) == (4, 4, 0)
        browser = Client()
        data = {"product_id": variant.product_id, "variant_id": variant.pk, "quantity": "3"}
        return browser.post(reverse("carts:add"), data, follow=True).content.decode()

    def test_it_can_be_bought(self):
        assert "3 of Contours 7 are in your bag." in self.buy_after_others_left()
        assert StockHold.objects.get(quantity__gt=0).quantity == 3
        assert_books_agree()

    def test_control_if_ended_holds_were_not_reclaimed_it_could_not(self, monkeypatch):
        monkeypatch.setattr("catalog.services.holds.end_expired_holds", lambda *_args, **_kwargs: 0)
        page = self.buy_after_others_left()
        assert "are in your bag." not in page
        assert not StockHold.objects.filter(quantity=3).exists()
