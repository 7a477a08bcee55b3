"""Promotions and codes from the bag to the order: used once, explained, given back."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.models import User
from carts.models import Cart, Coupon, Promotion, PromotionUse
from carts.selectors.carts import Shopper, cart_view
from carts.services.coupons import CouponExpired, CouponUsedUp, apply_coupon
from carts.services.redemptions import PromotionUsedUp
from carts.tests.factories import goods
from carts.tests.promotions import promotion
from orders.services.cancel_order import cancel_order
from orders.services.place_order import TotalChanged
from orders.tests.factories import check_out, fill_cart

pytestmark = pytest.mark.django_db


def bag(code: str = "", *, user: User | None = None, price: str = "20.00") -> Shopper:
    shopper = fill_cart([(goods(price=price), 1), (goods(price="10.00"), 2)], user)
    if code:
        apply_coupon(shopper=shopper, code=code)
    return shopper


def uses(made: Promotion) -> int:
    return Promotion.objects.get(pk=made.pk).use_count


class TestOrdering:
    def test_the_order_costs_what_the_bag_said_and_says_why(self):
        made = promotion(value="10", code="TEN", name="Ten off")
        shopper = bag("TEN")
        seen = cart_view(shopper).quote
        order = check_out(shopper, expected_total=seen.total).order
        assert (order.discount, order.subtotal, order.total) == (Decimal("4.00"), 40, seen.total)
        assert [line.discount for line in order.lines.all()] == [2, 2]
        assert sum(line.line_total for line in order.lines.all()) + order.shipping == order.total
        assert {"kind": "discount", "label": "Ten off", "amount": "-4.00"} in order.steps
        assert sum(Decimal(step["amount"]) for step in order.steps) == order.total
        use = PromotionUse.objects.get()
        assert (use.promotion, use.coupon.code, use.order_reference, use.amount) == (made, "TEN", order.number, 4)
        assert "guest@" not in use.customer_key, "no address is kept"

    def test_free_shipping_is_what_the_order_says(self):
        promotion("free_shipping", value="0")
        order = check_out(bag()).order
        assert (order.shipping, order.discount, order.total) == (0, 0, 40)

    def test_a_limited_promotion_counts_an_unlimited_one_does_not(self):
        limited, free = promotion(total_limit=5), promotion("amount", value="1")
        check_out(bag())
        assert (uses(limited), uses(free)) == (1, 0)
        assert PromotionUse.objects.count() == 2


class TestLimits:
    def test_a_single_use_code_is_used_once(self):
        promotion(code="ONCE", code_limit=1)
        check_out(bag("ONCE"))
        assert Coupon.objects.get().use_count == 1
        with pytest.raises(CouponUsedUp):
            bag("ONCE")

    def test_a_code_taken_by_somebody_else_meanwhile_is_said_before_more_is_charged(self):
        promotion(code="ONCE", code_limit=1)
        first, second = bag("ONCE"), bag("ONCE")
        shown = cart_view(second).quote.total
        check_out(first)
        with pytest.raises(TotalChanged) as changed:
            check_out(second, expected_total=shown)
        assert changed.value.total == shown + 4
        with pytest.raises(CouponUsedUp):
            check_out(second)  # where no sum was sent along
        assert check_out(second, expected_total=shown + 4).order.discount == 0

    def test_once_a_customer_also_as_a_guest_with_the_same_address(self, shopper: User):
        promotion(code="MINE", customer_limit=1)
        check_out(bag("MINE", user=shopper), email=shopper.email)
        with pytest.raises(CouponUsedUp):
            bag("MINE", user=shopper)
        as_guest = bag("MINE")
        with pytest.raises(CouponUsedUp):
            check_out(as_guest, email=shopper.email)
        check_out(as_guest, email="somebody@example.org")

    def test_twice_a_customer(self, shopper: User):
        made = promotion(customer_limit=2)
        totals = [check_out(bag(user=shopper), email=shopper.email).order.discount for _ in range(3)]
        assert (totals, uses(made)) == ([4, 4, 0], 2)
        assert set(PromotionUse.objects.values_list("slot", flat=True)) == {1, 2}

    def test_first_order_only(self, shopper: User):
        promotion(first_order_only=True)
        totals = [check_out(bag(user=shopper), email=shopper.email).order.discount for _ in range(2)]
        assert totals == [4, 0]

    def test_the_last_use_taken_between_pricing_and_using(self, monkeypatch):
        """What the conditional UPDATE is for: the price was worked out a moment before."""
        made = promotion(total_limit=1)
        shopper = bag()
        from orders.services import place_order as module

        def then_somebody_else(cart):
            view = real(cart)
            Promotion.objects.filter(pk=made.pk).update(use_count=1)
            return view

        real = module.view_of
        monkeypatch.setattr(module, "view_of", then_somebody_else)
        with pytest.raises(PromotionUsedUp, match="just been used up"):
            check_out(shopper)

    def test_a_code_that_ended_meanwhile(self):
        made = promotion(code="TEN")
        shopper = bag("TEN")
        Promotion.objects.filter(pk=made.pk).update(ends_at="2020-01-01T00:00Z")
        with pytest.raises(CouponExpired):
            check_out(shopper)


class TestCancelling:
    def test_gives_back_code_and_uses_once(self, shopper: User):
        made = promotion(code="ONCE", code_limit=1, total_limit=1, customer_limit=1)
        order = check_out(bag("ONCE", user=shopper), email=shopper.email).order
        cancel_order(order_id=order.pk)
        assert (uses(made), Coupon.objects.get().use_count, PromotionUse.objects.count()) == (0, 0, 0)
        assert Cart.objects.get(pk=order.cart_id).status == "cancelled"
        check_out(bag("ONCE", user=shopper), email=shopper.email)
        assert (uses(made), Coupon.objects.get().use_count) == (1, 1)

    def test_a_first_order_that_was_cancelled_was_none(self, shopper: User):
        promotion(first_order_only=True)
        cancel_order(order_id=check_out(bag(user=shopper), email=shopper.email).order.pk)
        assert check_out(bag(user=shopper), email=shopper.email).order.discount == 4
