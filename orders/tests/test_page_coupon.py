"""Codes on the pages: in the bag, before confirming, and on the order."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import User
from carts.models import Cart
from carts.tests.factories import goods
from carts.tests.promotions import promotion
from orders.tests.pages import GUEST, SUMMARY, confirm, fill_bag, place, shown, text_of

pytestmark = pytest.mark.django_db
CART, COUPON = "/cart/", "/cart/coupon/"


@pytest.fixture
def bag() -> Client:
    return fill_bag(Client(), (goods(price="40.00"), 1))


def test_in_the_bag(bag):
    promotion(value="10", code="SPRING", name="Spring sale")
    answer = bag.post(COUPON, {"code": "spring"}, follow=True)
    text = text_of(answer)
    assert "Your code is applied." in text
    assert "Spring sale -€4.00" in text
    assert "Code SPRING" in text
    bag.post(COUPON, {"remove": "1"})
    assert "Spring sale" not in text_of(bag.get(CART))


def test_what_is_refused_is_said_with_what_was_typed(bag):
    answer = bag.post(COUPON, {"code": "<b>nope"})
    assert answer.status_code == 200
    assert "We do not know this code" in text_of(answer)
    assert 'value="&lt;b&gt;nope"' in answer.content.decode()
    assert "Please enter a code." in text_of(bag.post(COUPON, {"code": ""}))


def test_too_many_tries(bag, settings):
    settings.SHOP_RATE_LIMITS_ENABLED = True
    for _ in range(10):
        assert bag.post(COUPON, {"code": "GUESS"}).status_code == 200
    answer = bag.post(COUPON, {"code": "GUESS"})
    assert (answer.status_code, int(answer["Retry-After"]) > 0) == (429, True)
    assert "too often" in text_of(answer)


def test_nobodys_bag_has_no_place_for_a_code():
    assert Client().post(COUPON, {"remove": "1"}).status_code == 404
    assert Client().get(COUPON).status_code == 302


def test_before_confirming_and_what_was_typed_stays(bag):
    promotion(value="10", code="SPRING", name="Spring sale")
    typed = {**GUEST, "delivery_full_name": "Ines A.", "code": "spring", "act": "coupon"}
    answer = bag.post(SUMMARY, typed)
    assert "Spring sale -€4.00" in text_of(answer)
    assert 'value="Ines A."' in answer.content.decode()
    assert "no longer" not in text_of(answer)
    order = place(bag)
    assert order.discount == 4
    assert "Spring sale -€4.00" in text_of(bag.get(f"/orders/{order.number}/"))


def test_the_return_key_in_the_field_uses_the_code(bag):
    promotion(value="10", code="SPRING")
    bag.post(SUMMARY, {**GUEST, "code": "spring", "act": "update"})
    assert Cart.objects.get().coupon_code == "SPRING"
    bag.post(SUMMARY, {**GUEST, "act": "uncoupon"})
    assert Cart.objects.get().coupon_code == ""


def test_refused_before_confirming(bag):
    answer = bag.post(SUMMARY, {**GUEST, "code": "nope", "act": "coupon"})
    assert "We do not know this code" in text_of(answer)
    assert 'value="nope"' in answer.content.decode()


def test_a_guest_who_had_it_already_sees_the_higher_sum_before_paying_it(bag, shopper: User):
    """Who they are is only known with the address: confirming is refused once, then goes through."""
    made = promotion(value="10", customer_limit=1)
    place(fill_bag(Client(), (goods(price="40.00"), 1)))
    seen = shown(bag)
    refused = bag.post(SUMMARY, {**GUEST, **seen, "act": "confirm"})
    assert "The total is now" in text_of(refused)
    assert made.name not in text_of(refused).split("Your order")[1], "the sum that is shown is the one to pay"
    again = {"expected_total": str(refused.context["view"].quote.total), "cart_id": seen["cart_id"]}
    assert confirm(bag, **again).status_code == 302
