"""Putting things in, changing how many, taking them out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from carts.models import Cart, CartLine, CartStatus
from carts.selectors.carts import Shopper, bag_count, cart_view, open_carts
from carts.services.hold_lines import HoldLimitReached, HoldPaused
from carts.services.items import MOST_LINES, accept_prices, add_item, empty_cart, remove_item, set_quantity
from carts.tests.factories import add, counters, customer, full_cart, goods, guest, let_holds_end
from catalog.models import NEVER, Product, ProductStatus, Stock, StockHold, Variant
from catalog.services.holds import note_refusal
from catalog.tests.factories import ProductFactory
from catalog.tests.ledger import assert_books_agree
from shop.common.errors import InsufficientStock, InvalidInput, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    yield
    assert_books_agree()


def lines_of(shopper: Shopper) -> dict[int, int]:
    return dict(CartLine.objects.filter(cart__in=open_carts(shopper)).values_list("variant_id", "quantity"))


class TestAdding:
    def test_a_guests_first_thing_opens_a_cart(self):
        variant = goods(price="49.00")
        line = add_item(shopper=Shopper(), variant_id=variant.pk, quantity=2)
        cart = Cart.objects.get()
        assert (line.cart, line.quantity, line.price_seen) == (cart, 2, Decimal("49.00"))
        assert (cart.user, cart.status) == (None, CartStatus.OPEN)
        assert counters(variant) == (10, 2, 0)
        assert lines_of(Shopper(cart_id=cart.public_id)) == {variant.pk: 2}

    def test_a_customer_has_one_open_cart(self, shopper):
        for variant in (goods(), goods()):
            add(customer(shopper), variant)
        cart = Cart.objects.get()
        assert (cart.user, cart.open_for) == (shopper, shopper)
        assert cart.lines.count() == 2

    def test_the_same_thing_adds_up(self):
        variant, who = goods(), guest()
        add(who, variant, 2)
        add(who, variant, 3)
        assert lines_of(who) == {variant.pk: 5}
        assert counters(variant) == (10, 5, 0)

    def test_seeing_it_again_means_seeing_its_price(self):
        variant, who = goods(price="20.00"), guest()
        add(who, variant)
        Variant.objects.filter(pk=variant.pk).update(price=Decimal("18.00"))
        assert add(who, variant).price_seen == Decimal("18.00")

    @pytest.mark.parametrize("quantity", [0, -1, -(10**9)])
    def test_fewer_than_one_is_refused(self, quantity):
        with pytest.raises(InvalidInput) as refused:
            add_item(shopper=guest(), variant_id=goods().pk, quantity=quantity)
        assert refused.value.fields == {"quantity": ["Please enter a whole number from 1 up."]}

    @pytest.mark.parametrize("quantity", [21, 10**9])
    def test_more_than_fit_into_a_bag_is_refused(self, quantity):
        with pytest.raises(InvalidInput, match="At most 20 of one thing") as refused:
            add_item(shopper=guest(), variant_id=goods(stock=100).pk, quantity=quantity)
        assert refused.value.field == "quantity"

    def test_adding_up_stops_at_the_limit_too(self):
        variant, who = goods(stock=100), guest()
        add(who, variant, 19)
        with pytest.raises(InvalidInput, match="At most 20"):
            add(who, variant, 2)
        assert lines_of(who) == {variant.pk: 19}
        assert counters(variant) == (100, 19, 0)

    def test_a_full_bag_takes_nothing_new_but_more_of_the_same(self, monkeypatch):
        monkeypatch.setattr("carts.services.items.MOST_LINES", 3)
        who = full_cart(lines=3)
        with pytest.raises(InvalidInput, match="Your bag is full"):
            add(who, goods())
        add(who, Variant.objects.first())
        assert sum(lines_of(who).values()) == 4
        assert MOST_LINES == 100

    @pytest.mark.parametrize("change", [{"is_active": False}, {"archived_at": "2026-11-01T00:00:00Z"}])
    def test_a_variant_that_is_not_for_sale_is_not_found(self, change):
        variant = goods()
        Variant.objects.filter(pk=variant.pk).update(**change)
        with pytest.raises(NotFound, match="no longer for sale"):
            add(guest(), variant)

    @pytest.mark.parametrize("status", [ProductStatus.DRAFT, ProductStatus.ARCHIVED])
    def test_nor_is_one_of_a_product_that_is_not_shown(self, status):
        variant = goods()
        Product.objects.filter(pk=variant.product_id).update(status=status)
        with pytest.raises(NotFound):
            add(guest(), variant)

    def test_an_unknown_variant_is_not_found(self):
        for pk in (987654, 10**30):
            with pytest.raises(NotFound):
                add_item(shopper=guest(), variant_id=pk)

    def test_an_order_is_no_cart_any_more(self):
        who = guest()
        Cart.objects.update(status=CartStatus.ORDERED)
        add(who, goods())
        assert Cart.objects.filter(status=CartStatus.OPEN).get().public_id != who.cart_id


class TestStock:
    def test_beyond_stock_is_refused_by_name_and_number(self):
        variant = goods(stock=3, name="Contours 7")
        with pytest.raises(InsufficientStock) as refused:
            add(guest(), variant, 4)
        (short,) = refused.value.lines
        assert (short.variant_id, short.sku, short.requested, short.available) == (variant.pk, variant.sku, 4, 3)
        assert str(refused.value) == "Only 3 of Contours 7 left."
        assert counters(variant) == (3, 0, 0)

    def test_sold_out(self):
        with pytest.raises(InsufficientStock) as refused:
            add(guest(), goods(stock=0, name="Contours 7"))
        assert str(refused.value) == "Contours 7 is sold out."

    def test_what_lies_in_other_bags_is_not_called_sold_out(self):
        variant = goods(stock=2, name="Contours 7")
        add(guest(), variant, 2)
        with pytest.raises(InsufficientStock) as refused:
            add(guest(), variant)
        assert str(refused.value).startswith("Others have the last of Contours 7 in their bags just now.")

    def test_what_one_has_already_is_counted_in(self):
        variant, who = goods(stock=3, name="Contours 7"), guest()
        add(who, variant, 2)
        with pytest.raises(InsufficientStock) as refused:
            add(who, variant, 2)
        assert str(refused.value) == "Only 3 of Contours 7 left, and 2 of them are in your bag already."
        add(who, variant)
        with pytest.raises(InsufficientStock) as refused:
            add(who, variant)
        assert str(refused.value) == "All 3 there are of Contours 7 are in your bag already."

    def test_a_refusal_is_remembered_but_not_ones_own_wish_for_more(self):
        variant, who = goods(stock=2), guest()
        add(who, variant, 2)
        with pytest.raises(InsufficientStock):
            add(who, variant)
        assert Stock.objects.get(pk=variant.pk).refused_at == NEVER
        with pytest.raises(InsufficientStock):
            add(guest(), variant)
        assert Stock.objects.get(pk=variant.pk).refused_at > NEVER

    @pytest.mark.parametrize("policy", ["checkout", "none"])
    def test_without_holds_in_carts_stock_is_only_looked_at(self, settings, policy):
        settings.SHOP_HOLD_POLICY = policy
        variant = goods(stock=2)
        add(guest(), variant, 2)
        add(guest(), variant, 2)
        assert counters(variant) == (2, 0, 0)
        with pytest.raises(InsufficientStock):
            add(guest(), variant, 3)


class TestLimits:
    def test_guests_of_one_network(self, settings):
        settings.SHOP_GUEST_HOLDS_PER_IP = 5
        variant = goods(stock=50)
        add(guest("192.0.2.7"), variant, 4)
        with pytest.raises(HoldLimitReached, match="from your network"):
            add(guest("192.0.2.7"), variant, 2)
        add(guest("192.0.2.8"), variant, 2)

    def test_after_an_hour_others_come_first(self, settings, shopper):
        settings.SHOP_HOLD_LONGEST_MINUTES = 0
        variant, who = goods(stock=50), customer(shopper)
        add(who, variant, 2)
        note_refusal([variant.pk])
        let_holds_end(who)
        with pytest.raises(HoldPaused, match="kept this for an hour"):
            add(who, variant)


class TestSettingQuantity:
    def line(self, *, stock: int = 10, quantity: int = 2) -> tuple[Shopper, CartLine]:
        who = guest()
        return who, add(who, goods(stock=stock), quantity)

    def test_more_and_fewer(self):
        who, line = self.line()
        for quantity in (7, 1):
            set_quantity(shopper=who, line_id=line.public_id, quantity=quantity)
            assert lines_of(who) == {line.variant_id: quantity}
            assert counters(line.variant) == (10, quantity, 0)

    def test_nought_takes_it_out(self):
        who, line = self.line()
        set_quantity(shopper=who, line_id=line.public_id, quantity=0)
        assert lines_of(who) == {}
        assert counters(line.variant) == (10, 0, 0)

    @pytest.mark.parametrize("quantity", [-1, 21, 10**9])
    def test_out_of_bounds_changes_nothing(self, quantity):
        who, line = self.line()
        with pytest.raises(InvalidInput):
            set_quantity(shopper=who, line_id=line.public_id, quantity=quantity)
        assert lines_of(who) == {line.variant_id: 2}

    def test_beyond_stock_keeps_what_one_has(self):
        who, line = self.line(stock=3)
        with pytest.raises(InsufficientStock):
            set_quantity(shopper=who, line_id=line.public_id, quantity=4)
        assert lines_of(who) == {line.variant_id: 2}
        assert counters(line.variant) == (3, 2, 0)

    def test_others_lines_are_not_found(self, shopper):
        _, line = self.line()
        for other in (guest(), customer(shopper), Shopper(), Shopper(cart_id="nobody's")):
            with pytest.raises(NotFound):
                set_quantity(shopper=other, line_id=line.public_id, quantity=1)
            with pytest.raises(NotFound):
                remove_item(shopper=other, line_id=line.public_id)

    def test_what_is_no_longer_for_sale_takes_no_quantity(self):
        who, line = self.line()
        Product.objects.update(status=ProductStatus.ARCHIVED)
        with pytest.raises(NotFound, match="no longer for sale"):
            set_quantity(shopper=who, line_id=line.public_id, quantity=1)
        remove_item(shopper=who, line_id=line.public_id)
        assert lines_of(who) == {}

    def test_fewer_is_never_refused_for_having_been_kept_too_long(self, settings):
        settings.SHOP_HOLD_LONGEST_MINUTES = 0
        who, line = self.line(quantity=5)
        note_refusal([line.variant_id])
        let_holds_end(who)
        set_quantity(shopper=who, line_id=line.public_id, quantity=3)
        assert lines_of(who) == {line.variant_id: 3}

    def test_nor_for_what_the_network_keeps(self, settings):
        who = guest("192.0.2.7")
        line = add(who, goods(stock=50), 10)
        let_holds_end(who)
        settings.SHOP_GUEST_HOLDS_PER_IP = 5
        set_quantity(shopper=who, line_id=line.public_id, quantity=8)
        assert lines_of(who) == {line.variant_id: 8}

    def test_but_fewer_than_asked_is_still_too_many(self):
        who, line = self.line(quantity=5, stock=5)
        let_holds_end(who)
        add(guest(), line.variant, 4)
        with pytest.raises(InsufficientStock, match="Only 1 of"):
            set_quantity(shopper=who, line_id=line.public_id, quantity=3)


class TestTakingOut:
    def test_removing_gives_the_units_back(self):
        who = guest()
        keep, drop = add(who, goods(), 2), add(who, goods(), 3)
        remove_item(shopper=who, line_id=drop.public_id)
        assert lines_of(who) == {keep.variant_id: 2}
        assert (counters(keep.variant), counters(drop.variant)) == ((10, 2, 0), (10, 0, 0))
        with pytest.raises(NotFound, match="no longer in your bag"):
            remove_item(shopper=who, line_id=drop.public_id)

    def test_emptying_gives_everything_back(self):
        who = full_cart(lines=3)
        Cart.objects.update(coupon_code="SPRING")
        empty_cart(shopper=who)
        assert lines_of(who) == {}
        assert not StockHold.objects.filter(quantity__gt=0).exists()
        assert Cart.objects.get().coupon_code == ""

    def test_nothing_to_empty_is_not_found(self):
        with pytest.raises(NotFound):
            empty_cart(shopper=Shopper())


class TestPricesSeen:
    def test_a_change_is_told_until_it_was_shown(self):
        variant, who = goods(price="20.00"), guest()
        line = add(who, variant)
        Variant.objects.filter(pk=variant.pk).update(price=Decimal("18.00"))
        assert cart_view(who).lines[0].price_changed
        accept_prices(shopper=who, shown={line.public_id: Decimal("18.00")})
        assert not cart_view(who).lines[0].price_changed

    def test_only_what_was_shown_is_accepted(self):
        variant, who = goods(price="20.00"), guest()
        line = add(who, variant)
        Variant.objects.filter(pk=variant.pk).update(price=Decimal("17.00"))
        accept_prices(shopper=who, shown={line.public_id: Decimal("18.00")})
        assert cart_view(who).lines[0].price_changed

    def test_others_lines_stay_as_they_are(self):
        line = add(guest(), goods(price="20.00"))
        accept_prices(shopper=guest(), shown={line.public_id: Decimal("1.00")})
        line.refresh_from_db()
        assert line.price_seen == Decimal("20.00")


class TestBagCount:
    def test_counts_units_in_one_query(self, django_assert_num_queries):
        who = guest()
        add(who, goods(), 2)
        add(who, goods(), 3)
        with django_assert_num_queries(1):
            assert bag_count(who) == 5

    def test_asks_nothing_for_guests_without_a_cart(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert bag_count(Shopper()) == 0

    def test_an_empty_cart_counts_nought(self, shopper):
        assert bag_count(guest()) == 0
        assert bag_count(customer(shopper)) == 0


def test_several_products_of_one_cart_are_all_held():
    who = guest()
    variants = [ProductFactory().variants.get() for _ in range(3)]
    for variant in variants:
        add(who, variant)
    assert StockHold.objects.filter(owner=who.cart_id, quantity=1).count() == 3
