"""A guest signs in: nothing is lost, nothing doubled."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from accounts.tests.factories import UserFactory
from carts.models import Cart, CartLine, CartStatus, SavedLine
from carts.services.destination import Destination, set_destination
from carts.services.merge_carts import merge_carts
from carts.services.saved import save_for_later
from carts.tests.factories import add, counters, customer, full_cart, goods, guest, let_holds_end
from catalog.models import Product, ProductStatus, StockHold
from catalog.tests.ledger import assert_books_agree


def lines_of(user) -> dict[int, int]:
    return dict(CartLine.objects.filter(cart__open_for=user).values_list("variant_id", "quantity"))


def merge(user, who) -> None:
    merge_carts(user_id=user.pk, guest_cart_id=who.cart_id)


@pytest.mark.django_db
class TestMerging:
    @pytest.fixture(autouse=True)
    def books(self, db):
        yield
        assert_books_agree()

    def test_into_no_cart(self, shopper):
        who = guest()
        line = add(who, goods(), 2)
        merge(shopper, who)
        assert lines_of(shopper) == {line.variant_id: 2}
        assert counters(line.variant) == (10, 2, 0)
        cart = Cart.objects.get(open_for=shopper)
        assert StockHold.objects.get(quantity__gt=0).owner == cart.public_id
        assert Cart.objects.get(public_id=who.cart_id).status == CartStatus.MERGED

    def test_the_same_thing_adds_up_and_others_stand_beside(self, shopper):
        who, both, theirs, mine = guest(), goods(), goods(), goods()
        add(who, both, 2)
        add(who, theirs, 1)
        add(customer(shopper), both, 3)
        add(customer(shopper), mine, 1)
        merge(shopper, who)
        assert lines_of(shopper) == {both.pk: 5, theirs.pk: 1, mine.pk: 1}
        assert counters(both) == (10, 5, 0)

    def test_the_guests_own_units_do_not_stand_in_the_way(self, shopper):
        who, last = guest(), goods(stock=4)
        add(who, last, 2)
        add(customer(shopper), last, 2)
        merge(shopper, who)
        assert lines_of(shopper) == {last.pk: 4}
        assert counters(last) == (4, 4, 0)

    def test_at_most_twenty_of_one_thing(self, shopper):
        who, variant = guest(), goods(stock=100)
        add(who, variant, 15)
        add(customer(shopper), variant, 15)
        merge(shopper, who)
        assert lines_of(shopper) == {variant.pk: 20}
        assert counters(variant) == (100, 20, 0)

    def test_no_more_than_there_is_but_the_line_stays(self, shopper):
        who, few, none = guest(), goods(stock=3), goods(stock=1)
        add(who, few, 3)
        add(who, none, 1)
        let_holds_end(who)
        add(guest(), few, 1)
        add(guest(), none, 1)
        merge(shopper, who)
        assert lines_of(shopper) == {few.pk: 2, none.pk: 1}
        assert counters(few) == (3, 3, 0)

    @pytest.mark.parametrize("policy", ["checkout", "none"])
    def test_without_holds_in_carts_stock_is_only_looked_at(self, shopper, settings, policy):
        settings.SHOP_HOLD_POLICY = policy
        who, variant = guest(), goods(stock=3)
        add(who, variant, 3)
        add(customer(shopper), variant, 2)
        merge(shopper, who)
        assert lines_of(shopper) == {variant.pk: 3}
        assert counters(variant) == (3, 0, 0)

    def test_what_is_no_longer_for_sale_comes_along_without_a_hold(self, shopper):
        who = guest()
        line = add(who, goods(), 2)
        Product.objects.update(status=ProductStatus.ARCHIVED)
        merge(shopper, who)
        assert lines_of(shopper) == {line.variant_id: 2}
        assert counters(line.variant) == (10, 0, 0)

    def test_what_a_full_bag_has_no_room_for_is_saved_for_later(self, shopper, monkeypatch):
        monkeypatch.setattr("carts.services.merge_carts.MOST_LINES", 3)
        who = full_cart(lines=3)
        full_cart(lines=1, shopper=customer(shopper))
        merge(shopper, who)
        assert len(lines_of(shopper)) == 3
        assert SavedLine.objects.get().cart.open_for == shopper
        assert StockHold.objects.filter(quantity__gt=0).count() == 3

    def test_saved_lines_come_along_once(self, shopper):
        who, both, theirs = guest(), goods(), goods()
        for variant in (both, theirs):
            save_for_later(shopper=who, line_id=add(who, variant, 2).public_id)
        save_for_later(shopper=customer(shopper), line_id=add(customer(shopper), both, 5).public_id)
        merge(shopper, who)
        assert set(SavedLine.objects.values_list("cart__open_for", "variant", "quantity")) == {
            (shopper.pk, both.pk, 5),
            (shopper.pk, theirs.pk, 2),
        }

    def test_where_it_goes_comes_along(self, shopper):
        who = guest()
        add(who, goods())
        add(customer(shopper), goods())
        set_destination(shopper=customer(shopper), destination=Destination(country="DE", postcode="20359"))
        set_destination(shopper=who, destination=Destination(country="AT", shipping_method="standard"))
        Cart.objects.filter(public_id=who.cart_id).update(coupon_code="SPRING")
        merge(shopper, who)
        cart = Cart.objects.get(open_for=shopper)
        assert (cart.country, cart.postcode, cart.shipping_method, cart.coupon_code) == (
            "AT",
            "",
            "standard",
            "SPRING",
        )

    def test_a_guest_who_said_nothing_changes_nothing_of_it(self, shopper):
        add(customer(shopper), goods())
        set_destination(shopper=customer(shopper), destination=Destination(country="FR", postcode="75001"))
        merge(shopper, full_cart(lines=1))
        cart = Cart.objects.get(open_for=shopper)
        assert (cart.country, cart.postcode) == ("FR", "75001")

    def test_prices_seen_come_along(self, shopper):
        who = guest()
        line = add(who, goods(price="20.00"))
        line.variant.price = Decimal("25.00")
        line.variant.save()
        merge(shopper, who)
        assert CartLine.objects.get().price_seen == Decimal("20.00")

    def test_again_changes_nothing(self, shopper):
        who = full_cart(lines=2)
        merge(shopper, who)
        before = lines_of(shopper)
        merge(shopper, who)
        assert lines_of(shopper) == before

    def test_nobody_takes_anothers_cart(self, shopper, other_shopper):
        full_cart(lines=1, shopper=customer(other_shopper))
        theirs = Cart.objects.get(open_for=other_shopper)
        for cart_id in (theirs.public_id, "no such cart", ""):
            merge_carts(user_id=shopper.pk, guest_cart_id=cart_id)
        assert lines_of(shopper) == {}
        assert len(lines_of(other_shopper)) == 1

    def test_an_ordered_cart_stays_with_its_order(self, shopper):
        who = full_cart(lines=1)
        Cart.objects.filter(public_id=who.cart_id).update(status=CartStatus.ORDERED)
        merge(shopper, who)
        assert lines_of(shopper) == {}
        assert CartLine.objects.count() == 1


quantities = st.dictionaries(st.integers(0, 4), st.integers(1, 20), max_size=5)


class TestRandomMerges(TestCase):
    """Any two carts, any stock: every variant of either is in the result, with as much as limit and stock allow."""

    @pytest.mark.proof
    @limits(max_examples=5000 if os.environ.get("PROOF") == "full" else 25, deadline=None, database=None)
    @given(stock=st.lists(st.integers(0, 30), min_size=5, max_size=5), mine=quantities, theirs=quantities)
    def test_nothing_is_lost_or_doubled(self, stock: list[int], mine: dict[int, int], theirs: dict[int, int]) -> None:
        variants = [goods(stock=units) for units in stock]
        user, who = UserFactory(), guest()
        mine = self.put(customer(user), variants, mine)
        theirs = self.put(who, variants, theirs)
        for _ in range(2):
            merge(user, who)
            merged = lines_of(user)
            assert set(merged) == {variants[i].pk for i in mine | theirs}
            for i in mine | theirs:
                wanted = min(mine.get(i, 0) + theirs.get(i, 0), django_settings.SHOP_MAX_PER_LINE)
                assert merged[variants[i].pk] == min(wanted, stock[i])
                assert counters(variants[i]) == (stock[i], merged[variants[i].pk], 0)
        assert not CartLine.objects.filter(cart__public_id=who.cart_id).exists()
        assert_books_agree()

    def put(self, who, variants, wanted: dict[int, int]) -> dict[int, int]:
        """As much of it as can be had now; returns what the bag holds."""
        had = {}
        for i, quantity in wanted.items():
            on_hand, held, _ = counters(variants[i])
            if units := min(quantity, on_hand - held):
                add(who, variants[i], units)
                had[i] = units
        return had
