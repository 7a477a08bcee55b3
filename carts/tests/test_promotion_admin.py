"""Promotions and codes in the admin."""

from __future__ import annotations

import csv
import io
from decimal import Decimal

import pytest
from django.urls import reverse

from carts.models import Coupon, Promotion, PromotionUse
from carts.selectors.below_cost import below_cost
from carts.services.promotions import make_codes
from carts.tests.factories import default_prices, goods
from carts.tests.promotions import promotion
from catalog.models import Variant
from shop.common.errors import InvalidInput

pytestmark = pytest.mark.django_db
INLINES = {
    f"{name}-{field}": number
    for name in ("tiers", "coupons")
    for field, number in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0))
}
FORM = {
    "name": "Summer", "kind": "percent", "value": "10", "scope": "order", "buy_quantity": "0", "get_quantity": "0",
    "tier_basis": "spend", "tier_gives": "percent", "priority": "100", "is_active": "on", "stackable": "on", **INLINES,
}  # fmt: skip


@pytest.fixture
def admin(client_of, staff):
    return client_of(staff)


def url(name: str, *args) -> str:
    return reverse(f"admin:carts_{name}", args=args)


def sent(admin, **fields) -> str:
    return admin.post(url("promotion_add"), {**FORM, **fields}, follow=True).content.decode()


class TestPromotions:
    def test_one_is_made_with_a_code(self, admin):
        code = {
            "coupons-TOTAL_FORMS": 1,
            "coupons-0-code": " sum mer ",
            "coupons-0-limit": "5",
            "coupons-0-is_active": "on",
        }
        sent(admin, needs_code="on", **code)
        made = Promotion.objects.get()
        assert (made.name, made.value, made.needs_code) == ("Summer", 10, True)
        assert (made.coupons.get().code, made.coupons.get().limit) == ("SUMMER", 5)

    @pytest.mark.parametrize(
        ("fields", "said"),
        [
            ({"value": "101"}, "from 1 to 100"),
            ({"kind": "amount", "value": "0"}, "enter an amount"),
            ({"kind": "buy_x_get_y", "value": "100"}, "enter how many"),
            ({"kind": "tiers"}, "at least one tier"),
            ({"scope": "product"}, "choose what it is about"),
            ({"total_limit": "0"}, "1 or more"),
            (
                {"starts_at_0": "2027-01-02", "starts_at_1": "10:00", "ends_at_0": "2027-01-01", "ends_at_1": "10:00"},
                "end before it starts",
            ),
        ],
    )
    def test_what_would_not_work_is_said(self, admin, fields, said):
        assert said in sent(admin, **fields)
        assert not Promotion.objects.exists()

    def test_tiers(self, admin):
        sent(admin, kind="tiers", **{"tiers-TOTAL_FORMS": 1, "tiers-0-threshold": "50", "tiers-0-value": "5"})
        assert Promotion.objects.get().tiers.get().value == 5

    def test_the_list_tells_uses_and_what_was_given(self, admin, django_assert_max_num_queries):
        made = promotion(code="A")
        for number in range(3):
            PromotionUse.objects.create(
                promotion=made, order_reference=str(number), customer_key=str(number), amount=Decimal(2)
            )
        Coupon.objects.create(code="AB", promotion=made)
        with django_assert_max_num_queries(7):
            page = admin.get(url("promotion_changelist"), {"q": "A"}).content.decode()
        assert '<td class="field-uses">3</td>' in page
        assert '<td class="field-given">€6.00</td>' in page

    def test_one_that_was_used_is_not_deleted(self, admin):
        made = promotion()
        PromotionUse.objects.create(promotion=made, order_reference="1", customer_key="1", amount=1)
        assert admin.post(url("promotion_delete", made.pk), {"post": "yes"}).status_code == 403

    def test_a_limit_below_what_was_used_is_refused_and_uses_are_counted(self, admin):
        made = promotion(name="Summer")
        for number in range(2):
            PromotionUse.objects.create(promotion=made, order_reference=str(number), customer_key="1", amount=1)
        change = url("promotion_change", made.pk)
        assert "used 2 times already" in admin.post(change, {**FORM, "total_limit": "1"}).content.decode()
        admin.post(change, {**FORM, "total_limit": "2"})
        assert Promotion.objects.get().use_count == 2


class TestBatches:
    def test_codes_are_made_and_exported(self, admin):
        made = promotion(code="X", name="=Sale")
        admin.post(url("promotion_batch", made.pk), {"batch": "Letters", "count": "25", "start": "ab-"})
        codes = Coupon.objects.filter(batch="Letters")
        assert codes.count() == 25
        assert all(one.code.startswith("AB-") and one.limit == 1 for one in codes)
        answer = admin.get(url("promotion_codes", made.pk))
        rows = list(csv.reader(io.StringIO(answer.content.decode())))
        assert len(rows) == 27
        assert rows[1] == ["X", "'=Sale", "", "0", "", "yes"]
        chosen = {"action": "switch_off", "_selected_action": [codes[0].pk, codes[1].pk]}
        admin.post(url("coupon_changelist"), chosen)
        assert Coupon.objects.filter(is_active=False).count() == 2
        assert admin.get(url("coupon_changelist"), {"promotion__id__exact": made.pk}).status_code == 200

    @pytest.mark.parametrize("wrong", [{"count": 0}, {"count": 10_001}, {"start": "x" * 31}, {"batch": " "}])
    def test_refused(self, wrong):
        made = promotion(code="X")
        with pytest.raises(InvalidInput):
            make_codes(promotion_id=made.pk, **{"count": 1, "batch": "b", **wrong})

    def test_only_for_those_who_may_change_promotions(self, client_of, shopper):
        made = promotion()
        assert client_of(shopper).get(url("promotion_batch", made.pk)).status_code == 302


class TestBelowCost:
    @pytest.fixture(autouse=True)
    def prices(self):
        default_prices()

    def priced(self, price: str, cost: str) -> Variant:
        variant = goods(price=price)
        Variant.objects.filter(pk=variant.pk).update(cost=Decimal(cost))
        return variant

    def test_a_combination_that_sells_below_cost(self, admin):
        """23.80 is 20.00 without tax: a fifth off leaves 16.00, a further tenth 14.40, less than 15.00."""
        self.priced("23.80", "15.00")
        first = promotion(value="20", name="Sale")
        assert below_cost(first) == []
        page = sent(admin, name="Extra", value="10")
        assert "would be sold below cost" in page
        assert "€14.40" in page
        assert "Sale + Extra" in page
        Promotion.objects.filter(pk=first.pk).update(stackable=False)
        assert below_cost(Promotion.objects.get(name="Extra")) == []

    def test_more_than_are_looked_at(self, admin, monkeypatch):
        for module in ("carts.selectors.below_cost", "carts.admin.promotions"):
            monkeypatch.setattr(f"{module}.MOST_LOOKED_AT", 2)
        for _ in range(3):
            self.priced("10.00", "9.00")
        assert "At least 2 things would be sold below cost" in sent(admin, name="Nearly free", value="90")

    def test_what_costs_nothing_known_is_not_warned_about(self):
        goods(price="1.00")
        assert below_cost(promotion(value="99")) == []

    def test_tiers_and_minimums_are_reached(self):
        self.priced("11.90", "9.00")
        loss = below_cost(promotion("tiers", tiers=[("50", "20")]))[0]
        assert (loss.quantity, loss.brings, loss.cost) == (5, Decimal("8.00"), 9)
        Promotion.objects.all().delete()
        assert below_cost(promotion("amount", value="1", minimum_spend=Decimal(100))) == []
