"""Codes in the cart, and promotions as a cart's shopper may have them."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.models import CustomerGroup, User
from accounts.tests.factories import UserFactory
from carts.models import Cart, CartStatus, Coupon, Promotion
from carts.selectors.carts import Shopper, cart_view
from carts.services.coupons import (
    CouponExpired,
    CouponNotStarted,
    CouponRefused,
    CouponUnknown,
    CouponUsedUp,
    apply_coupon,
    remove_coupon,
)
from carts.services.items import set_quantity
from carts.tests.factories import add, customer, full_cart, goods, guest
from carts.tests.promotions import promotion
from catalog.models import Tag
from catalog.tests.factories import CategoryFactory, ProductFactory
from shop.common.errors import InvalidInput, NotFound, TooManyRequests

pytestmark = pytest.mark.django_db
NOW = timezone.now()
QUERIES = 21
DAY = timedelta(days=1)


def cart_of(shopper: Shopper) -> Cart:
    return Cart.objects.get(public_id=shopper.cart_id)


def refused(shopper: Shopper, code: str, kind: type[InvalidInput]) -> str:
    with pytest.raises(kind) as caught:
        apply_coupon(shopper=shopper, code=code)
    assert type(caught.value) is kind
    assert caught.value.field == "code"
    assert cart_of(shopper).coupon_code == "", "what is refused is not kept"
    return str(caught.value.message)


@pytest.fixture
def bag() -> Shopper:
    """A guest with two things for 20.00 each."""
    return full_cart(lines=2)


class TestApplying:
    def test_a_code_takes_something_off_whatever_its_case(self, bag):
        promotion(value="10", code="SPRING")
        cart = apply_coupon(shopper=bag, code=" spr ing ")
        view = cart_view(bag)
        assert cart.coupon_code == "SPRING"
        assert (view.quote.discount, view.coupon.is_applied, view.coupon.name) == (Decimal("4.00"), True, "SPRING")
        assert view.quote.total == view.quote.subtotal - 4 + view.quote.shipping

    def test_another_code_takes_its_place(self, bag):
        promotion(value="10", code="TEN")
        promotion(value="20", code="TWENTY")
        apply_coupon(shopper=bag, code="TEN")
        apply_coupon(shopper=bag, code="TWENTY")
        assert cart_view(bag).quote.discount == Decimal("8.00")

    def test_taken_out_again(self, bag):
        promotion(code="TEN")
        apply_coupon(shopper=bag, code="TEN")
        remove_coupon(shopper=bag)
        remove_coupon(shopper=bag)
        assert (cart_view(bag).quote.discount, cart_view(bag).coupon) == (0, None)

    def test_without_a_cart_there_is_nothing_to_take_out(self):
        with pytest.raises(NotFound):
            remove_coupon(shopper=Shopper())

    @pytest.mark.parametrize("code", ["NOSUCH", "x" * 41, "bad\x00code", "\ud800"])
    def test_unknown(self, bag, code):
        assert "spelled" in refused(bag, code, CouponUnknown)

    def test_nothing_typed(self, bag):
        refused(bag, "  ", InvalidInput)

    def test_an_inactive_code_is_as_unknown_as_any(self, bag):
        Coupon.objects.filter(promotion=promotion(code="OFF")).update(is_active=False)
        promotion(code="GONE", is_active=False)
        for code in ("OFF", "GONE"):
            refused(bag, code, CouponUnknown)

    def test_dates(self, bag):
        promotion(code="OLD", ends_at=NOW - DAY)
        promotion(code="NEXT", starts_at=NOW + DAY)
        refused(bag, "OLD", CouponExpired)
        refused(bag, "NEXT", CouponNotStarted)

    def test_used_up_in_all_and_as_a_code(self, bag):
        Promotion.objects.filter(pk=promotion(code="ALL", total_limit=3).pk).update(use_count=3)
        promotion(code="ONCE", code_limit=1)
        Coupon.objects.filter(code="ONCE").update(use_count=1)
        for code in ("ALL", "ONCE"):
            refused(bag, code, CouponUsedUp)

    def test_says_what_is_missing(self, bag):
        promotion(code="FIFTY", minimum_spend=Decimal(50))
        assert "€10.00" in refused(bag, "FIFTY", CouponRefused)

    def test_fits_nothing_in_the_bag(self, bag):
        promotion(code="OTHER", about=[ProductFactory()])
        assert "does not fit" in refused(bag, "OTHER", CouponRefused)

    def test_does_not_go_together(self, bag):
        promotion(name="Sale", stackable=False, priority=1)
        promotion(code="MORE")
        assert "“Sale”" in refused(bag, "MORE", CouponRefused)

    def test_an_empty_bag(self):
        promotion(code="TEN")
        assert "empty" in refused(guest(), "TEN", CouponRefused)

    def test_ten_tries_a_minute_count_by_address(self, bag, settings):
        settings.SHOP_RATE_LIMITS_ENABLED = True
        promotion(code="TEN")
        here = "203.0.113.7"
        for _ in range(10):
            with pytest.raises(CouponUnknown):
                apply_coupon(shopper=Shopper(cart_id=bag.cart_id, client_address=here), code="GUESS")
        with pytest.raises(TooManyRequests):
            apply_coupon(shopper=Shopper(cart_id=bag.cart_id, client_address=here), code="TEN")
        apply_coupon(shopper=Shopper(cart_id=bag.cart_id, client_address="203.0.113.8"), code="TEN")


class TestLater:
    def test_a_code_that_no_longer_fits_stays_and_says_why(self):
        shopper = guest()
        line = add(shopper, goods(price="30.00"), 2)
        promotion(code="FIFTY", minimum_spend=Decimal(50))
        apply_coupon(shopper=shopper, code="FIFTY")
        set_quantity(shopper=shopper, line_id=line.public_id, quantity=1)
        view = cart_view(shopper)
        assert (view.quote.discount, view.coupon.is_applied) == (0, False)
        assert "€20.00 short" in view.coupon.problem


class TestWhoMayHaveIt:
    def test_automatic_ones_need_no_code(self, bag):
        promotion(value="25")
        assert cart_view(bag).quote.discount == 10

    def test_a_promotion_that_needs_a_code_is_not_automatic(self, bag):
        promotion(value="25", code="CODE")
        assert cart_view(bag).quote.discount == 0

    def test_groups_are_for_those_signed_in(self, shopper: User, bag):
        trade = CustomerGroup.objects.create(name="Trade")
        User.objects.filter(pk=shopper.pk).update(group=trade)
        promotion(group=trade, value="50")
        mine = full_cart(lines=1, shopper=customer(shopper))
        assert cart_view(mine).quote.discount == 10
        Cart.objects.filter(public_id=bag.cart_id).update(email=shopper.email)
        assert cart_view(bag).quote.discount == 0, "an address is not a sign-in"

    def test_first_orders(self, shopper: User):
        promotion(first_order_only=True, value="50")
        mine = full_cart(lines=1, shopper=customer(shopper))
        assert cart_view(mine).quote.discount == 10
        Cart.objects.create(user=shopper, status=CartStatus.CANCELLED)
        assert cart_view(mine).quote.discount == 10, "a cancelled order was none"
        Cart.objects.create(email=shopper.email, status=CartStatus.ORDERED)
        assert cart_view(mine).quote.discount == 0, "ordered as a guest counts"

    def test_scopes(self):
        shopper = guest()
        parent = CategoryFactory()
        child = CategoryFactory(parent=parent)
        tag = Tag.objects.create(name="Blue", slug="blue")
        for category, tags in ((child, []), (None, [tag]), (None, [])):
            product = ProductFactory(stock=5, price="10.00", category=category)
            product.tags.set(tags)
            add(shopper, product.variants.get())
        promotion(about=[parent], value="50", name="category")
        promotion(about=[tag], value="10", name="tag")
        promotion(about=[product], value="20", name="product")
        assert [(s.label, str(s.amount)) for s in cart_view(shopper).quote.steps if s.kind == "discount"] == [
            ("category", "-5.00"),
            ("tag", "-1.00"),
            ("product", "-2.00"),
        ]

    def test_the_same_number_of_queries_for_few_and_many(self, django_assert_num_queries, shopper: User):
        tag = Tag.objects.create(name="Blue", slug="blue")

        def offer_more() -> None:
            promotion(about=[tag], customer_limit=2, value="1")
            promotion(about=[CategoryFactory()], first_order_only=True)
            promotion(customer_limit=3, value="1", tiers=[("1", "1")])

        offer_more()
        few, many = customer(shopper), customer(UserFactory())
        full_cart(lines=1, shopper=few)
        full_cart(lines=4, shopper=many)
        with django_assert_num_queries(QUERIES):
            cart_view(few)
        offer_more()
        offer_more()
        with django_assert_num_queries(QUERIES):
            cart_view(many)
