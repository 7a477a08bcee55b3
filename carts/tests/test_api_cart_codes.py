"""Codes in /api/cart/: given, refused, and not to be guessed."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from carts.tests.api import Api, fields, ok, refused
from carts.tests.factories import goods
from carts.tests.promotions import promotion
from shop.testing.concurrency import race

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices")]


class TestCodes:
    @pytest.fixture(autouse=True)
    def _full(self, api):
        api.post("cart/items", {"variant_id": goods(price="40.00").pk})

    def test_there_and_back(self, api):
        promotion(value="10", code="SPRING10")
        cart = ok(api.post("cart/coupon", {"code": " spring10 "}))
        assert (cart["coupon"], cart["discount"], cart["total"]) == ("SPRING10", "4.00", "40.90")
        assert (cart["items"][0]["discount"], cart["items"][0]["line_total"]) == ("4.00", "36.00")
        assert {"kind": "discount", "label": "SPRING10", "amount": "-4.00"} in cart["steps"]
        assert api.delete("cart/coupon").status_code == 204
        assert (ok(api.get("cart"))["coupon"], ok(api.get("cart"))["total"]) == (None, "44.90")
        assert Api().delete("cart/coupon").status_code == 204

    @pytest.mark.parametrize(
        ("fields", "code"),
        [
            ({"ends_at": timezone.now() - timedelta(days=1)}, "coupon_expired"),
            ({"starts_at": timezone.now() + timedelta(days=1)}, "coupon_not_started"),
            ({"total_limit": 0}, "coupon_used_up"),
            ({"minimum_spend": Decimal("100.00")}, "coupon_not_applicable"),
            (None, "coupon_unknown"),
        ],
    )
    def test_refused(self, api, fields, code):
        if fields is not None:
            promotion(code="SPRING10", **fields)
        problem = refused(api.post("cart/coupon", {"code": "SPRING10"}), 400, code)
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [("code", code)]
        assert ok(api.get("cart"))["coupon"] is None

    def test_what_does_nothing_any_more_is_said(self, api):
        made = promotion(code="SPRING10")
        api.post("cart/coupon", {"code": "SPRING10"})
        made.ends_at = timezone.now() - timedelta(days=1)
        made.save()
        cart = ok(api.get("cart"))
        assert (cart["coupon"], cart["discount"]) == ("SPRING10", "0.00")
        assert [(notice["code"], notice["item_id"]) for notice in cart["notices"]] == [("coupon_expired", "")]

    def test_ten_tries_a_minute(self, api, settings):
        settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "coupon": "10/86400"}
        for _ in range(10):
            refused(api.post("cart/coupon", {"code": "GUESS"}), 400, "coupon_unknown")
        response = api.post("cart/coupon", {"code": "GUESS"})
        refused(response, 429, "rate_limited")
        assert int(response["Retry-After"]) > 0

    def test_overlong_and_empty(self, api):
        refused(api.post("cart/coupon", {"code": "x" * 41}), 400, "coupon_unknown")
        assert fields(refused(api.post("cart/coupon", {"code": ""}), 400, "invalid")) == {"code": "blank"}


@pytest.mark.django_db(transaction=True)
class TestGuessingAtOnce:
    """Many processes at once get no more tries than one; without the limit they all try."""

    def guess(self, settings, shopper):
        settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "coupon": "10/86400"}
        api = Api(user=shopper)
        ok(api.post("cart/items", {"variant_id": goods().pk}), 201)
        return race(40, lambda _: Api(**api.headers).post("cart/coupon", {"code": "GUESS"}).status_code)

    def test_forty_are_ten_tries(self, settings, shopper):
        outcome = self.guess(settings, shopper)
        assert (outcome.errors, outcome.count(400), outcome.count(429)) == ([], 10, 30)

    def test_control_without_limits(self, settings, shopper):
        settings.SHOP_RATE_LIMITS_ENABLED = False
        assert self.guess(settings, shopper).count(400) == 40
