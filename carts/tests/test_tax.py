"""Rates of a destination, and what a new shop starts with."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module

import pytest
from django.apps import apps

from carts.models import ShippingMethod, ShippingRate, ShippingZone, TaxClass, TaxRate, ZoneArea
from carts.selectors.tax import tax_percents

pytestmark = pytest.mark.django_db

defaults = import_module("carts.migrations.0002_default_shipping_and_tax")


@pytest.fixture(autouse=True)
def empty():
    defaults.delete_defaults(apps, None)
    assert not ShippingMethod.objects.exists()


class TestRates:
    def test_a_regions_own_rate_comes_before_the_countrys(self):
        goods, books = (TaxClass.objects.create(code=code, name=code) for code in ("goods", "books"))
        TaxRate.objects.create(tax_class=goods, country="CA", percent=5)
        TaxRate.objects.create(tax_class=goods, country="CA", region="QC", percent=Decimal("14.975"))
        TaxRate.objects.create(tax_class=books, country="CA", percent=0)
        TaxRate.objects.create(tax_class=books, country="DE", percent=7)
        assert tax_percents(country="CA", region="QC") == {"goods": Decimal("14.975"), "books": 0}
        assert tax_percents(country="CA", region="ON") == {"goods": 5, "books": 0}
        assert tax_percents(country="DE") == {"books": 7}
        assert tax_percents(country="US") == {}


class TestDefaults:
    """What the migration lays."""

    def prices(self) -> dict[tuple[str, str], list[tuple[Decimal, Decimal]]]:
        found: dict[tuple[str, str], list[tuple[Decimal, Decimal]]] = {}
        for rate in ShippingRate.objects.select_related("method", "zone").order_by("at_least"):
            found.setdefault((rate.method.code, rate.zone.name), []).append((rate.at_least, rate.price))
        return found

    def test_a_german_shop(self, settings):
        settings.SHOP_COUNTRY = "DE"
        defaults.create_defaults(apps, None)
        areas = {zone.name: {area.country for area in zone.areas.all()} for zone in ShippingZone.objects.all()}
        assert areas["Home"] == {"DE"}
        assert {"FR", "GB", "NO", "CH"} <= areas["Europe"]
        assert "DE" not in areas["Europe"]
        assert areas["World"] == {"*"}
        assert self.prices()[("standard", "Home")] == [(0, Decimal("4.90")), (60, 0)]
        assert self.prices()[("standard", "Europe")] == [(0, Decimal("9.90"))]
        assert tax_percents(country="DE") == {"standard": 19, "reduced": 7}
        assert tax_percents(country="FI") == {"standard": Decimal("25.5"), "reduced": Decimal("13.5")}
        assert tax_percents(country="GB") == {}
        assert TaxRate.objects.values("country").distinct().count() == 27

    def test_a_shop_outside_the_eu_charges_its_own_tax_only(self, settings):
        settings.SHOP_COUNTRY = "GB"
        defaults.create_defaults(apps, None)
        assert tax_percents(country="GB") == {"standard": 20, "reduced": 5}
        assert tax_percents(country="DE") == {}
        assert ZoneArea.objects.get(country="DE").zone.name == "Europe"

    def test_a_shop_whose_tax_is_not_known_starts_without(self, settings):
        settings.SHOP_COUNTRY = "US"
        defaults.create_defaults(apps, None)
        assert not TaxRate.objects.exists()
        assert TaxClass.objects.count() == 2

    def test_a_currency_without_cents_has_amounts_of_its_size(self, settings):
        settings.SHOP_CURRENCY, settings.SHOP_COUNTRY = "JPY", "JP"
        defaults.create_defaults(apps, None)
        assert self.prices()[("standard", "Home")] == [(0, 490), (6000, 0)]

    def test_a_shop_with_its_own_ways_keeps_them(self):
        ShippingMethod.objects.create(code="bike", name="By bike")
        defaults.create_defaults(apps, None)
        assert ShippingMethod.objects.get().code == "bike"
