"""Businesses elsewhere in the union pay no tax here; their VAT number is checked for its form."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest
from django.test import Client

from carts.models import TaxClass
from carts.pricing.vat import has_vat_form, is_reverse_charge, tidy_vat_number
from carts.tests.factories import goods
from carts.tests.promotions import promotion
from orders.models import Order
from orders.tests.factories import DELIVERY, check_out, fill_cart
from orders.tests.pages import GUEST, SUMMARY, fill_bag, text_of
from shop.common.errors import InvalidInput

DUTCH = "NL123456789B01"
AMSTERDAM = replace(DELIVERY, country="NL", postcode="1012 AB", city="Amsterdam")


@pytest.mark.parametrize(
    "typed",
    ["DE123456789", "nl 1234.56789-B01", "ATU12345678", "FRXX123456789", "EL123456789", "IE1234567FA", "ESX1234567X"],
)
def test_forms_of_numbers(typed):
    assert has_vat_form(tidy_vat_number(typed))


@pytest.mark.parametrize(
    "typed", ["", "DE", "DE12345678", "DE1234567890", "GB123456789", "NL123456789", "XX1", "DE12345678٣", "US12"]
)
def test_what_is_no_number(typed):
    assert not has_vat_form(tidy_vat_number(typed))


@pytest.mark.parametrize(
    ("number", "country", "shop", "expected"),
    [
        (DUTCH, "NL", "DE", True),
        (DUTCH, "NL", "NL", False),
        (DUTCH, "FR", "DE", False),
        (DUTCH, "NL", "CH", False),
        ("", "NL", "DE", False),
        ("EL123456789", "GR", "DE", True),
        (DUTCH, "US", "DE", False),
    ],
)
def test_when_the_buyer_accounts_for_the_tax(number, country, shop, expected):
    assert is_reverse_charge(vat_number=number, country=country, shop_country=shop) is expected


@pytest.mark.django_db
class TestOrders:
    @pytest.fixture(autouse=True)
    def taxes(self, settings):
        settings.SHOP_REVERSE_CHARGE = True
        TaxClass.objects.get(code="standard").rates.update_or_create(country="NL", region="", defaults={"percent": 21})

    def ordered(self, number: str = DUTCH, **more: object) -> Order:
        shopper = fill_cart([(goods(price="12.10"), 2)])
        return check_out(shopper, vat_number=number, **{"delivery": AMSTERDAM, **more}).order

    def test_prices_without_tax(self):
        order = self.ordered("nl 123456789 b01")
        line = order.lines.get()
        assert (order.vat_number, order.prices_include_tax, order.tax) == (DUTCH, False, 0)
        assert (line.unit_price, line.line_total, line.tax, line.tax_rate) == (10, 20, 0, 0)
        assert order.total == 20 + order.shipping
        assert sum(Decimal(step["amount"]) for step in order.steps) == order.total

    def test_with_a_promotion(self):
        promotion(value="10")
        order = self.ordered()
        assert (order.subtotal, order.discount, order.tax) == (20, 2, 0)

    def test_at_home_tax_is_due(self):
        order = self.ordered(delivery=DELIVERY)
        assert (order.prices_include_tax, order.subtotal) == (True, Decimal("24.20"))
        assert order.tax > 0

    def test_switched_off(self, settings):
        settings.SHOP_REVERSE_CHARGE = False
        assert self.ordered().tax > 0

    def test_a_wrong_number_is_named(self):
        with pytest.raises(InvalidInput) as refused:
            self.ordered("NL12")
        assert set(refused.value.fields) == {"vat_number"}

    def test_on_the_page(self):
        client = fill_bag(Client(), (goods(price="12.10"), 2))
        typed = {**GUEST, "delivery_country": "NL", "delivery_postcode": "1012 AB", "vat_number": DUTCH}
        page = client.post(SUMMARY, {**typed, "act": "update"})
        assert page.context["view"].quote.tax == 0
        assert "2 items €20.00" in text_of(page)
        wrong = client.post(SUMMARY, {**typed, "vat_number": "NL1", "act": "confirm"})
        assert "how VAT numbers are written" in text_of(wrong)
