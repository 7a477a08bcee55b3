"""Zones, ways of delivery and their prices."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.utils import translation

from carts.models import Holiday, ShippingMethod, ShippingRate, ShippingZone, ZoneArea
from carts.selectors.shipping import Parcel, countries, shipping_options

pytestmark = pytest.mark.django_db

PARCEL = Parcel(country="DE", postcode="20359", weight=500, value=Decimal(40), count=2)


@pytest.fixture(autouse=True)
def empty():
    """Each test lays its own."""
    ShippingMethod.objects.all().delete()
    ShippingZone.objects.all().delete()


def zone(name: str, *areas: tuple[str, str]) -> ShippingZone:
    created = ShippingZone.objects.create(name=name)
    for country, prefix in areas:
        ZoneArea.objects.create(zone=created, country=country, postcode_prefix=prefix)
    return created


def method(code: str, *rates: tuple[ShippingZone, str, str], **columns) -> ShippingMethod:
    created = ShippingMethod.objects.create(code=code, name=code.title(), **columns)
    for place, start, price in rates:
        ShippingRate.objects.create(method=created, zone=place, at_least=Decimal(start), price=Decimal(price))
    return created


def prices(parcel: Parcel = PARCEL, **changes) -> dict[str, Decimal]:
    return {option.code: option.price for option in shipping_options(replace(parcel, **changes))}


class TestZones:
    @pytest.fixture(autouse=True)
    def post(self):
        home = zone("Home", ("DE", ""))
        islands = zone("Islands", ("DE", "2749"), ("DE", "26 57"))
        world = zone("World", ("*", ""))
        method("post", (home, "0", "5"), (islands, "0", "15"), (world, "0", "25"))

    @pytest.mark.parametrize(
        ("country", "postcode", "price"),
        [
            ("DE", "20359", "5"),
            ("DE", "", "5"),
            ("DE", "27498", "15"),
            ("DE", "27 498", "15"),
            ("DE", "26571", "15"),
            ("US", "27498", "25"),
            ("FR", "", "25"),
        ],
    )
    def test_the_most_exact_area_counts(self, country, postcode, price):
        assert prices(country=country, postcode=postcode) == {"post": Decimal(price)}

    def test_nowhere_is_nowhere(self):
        ZoneArea.objects.filter(country="*").delete()
        assert prices(country="US") == {}

    def test_letters_of_a_postcode_compare_whatever_their_case(self):
        ZoneArea.objects.create(zone=ShippingZone.objects.get(name="Islands"), country="GB", postcode_prefix="ZE")
        assert prices(country="GB", postcode="ze1 0aa") == {"post": Decimal(15)}


class TestPrices:
    @pytest.fixture
    def home(self):
        return zone("Home", ("DE", ""))

    @pytest.mark.parametrize(
        ("basis", "changes", "price"),
        [
            ("flat", {}, "5"),
            ("weight", {"weight": 999}, "5"),
            ("weight", {"weight": 1000}, "8"),
            ("price", {"value": Decimal("999.99")}, "5"),
            ("price", {"value": Decimal(1000)}, "8"),
            ("count", {"count": 2000}, "8"),
        ],
    )
    def test_the_highest_threshold_reached_counts(self, home, basis, changes, price):
        method("post", (home, "0", "5"), (home, "1000", "8"), basis=basis)
        assert prices(**changes) == {"post": Decimal(price)}

    def test_below_the_first_threshold_the_method_is_not_offered(self, home):
        method("pallet", (home, "30000", "80"), basis="weight")
        assert prices(weight=29_999) == {}
        assert prices(weight=30_000) == {"pallet": Decimal(80)}

    def test_free_from(self, home):
        method("post", (home, "0", "5"), free_from=Decimal(60))
        assert prices(value=Decimal("59.99")) == {"post": Decimal(5)}
        assert prices(value=Decimal(60)) == {"post": Decimal(0)}

    def test_what_is_not_shipped_costs_nothing_to_send(self, home):
        method("post", (home, "0", "5"))
        assert prices(requires_shipping=False) == {"post": Decimal(0)}

    def test_methods_come_in_the_shops_order_without_those_not_offered(self, home):
        method("slow", (home, "0", "5"), position=2)
        method("quick", (home, "0", "9"), position=1)
        method("gone", (home, "0", "1"), is_active=False)
        method("elsewhere", (zone("France", ("FR", "")), "0", "1"))
        assert list(prices()) == ["quick", "slow"]

    def test_four_queries_whatever_the_number(self, home, django_assert_num_queries):
        for n in range(12):
            method(f"post-{n}", (home, "0", "5"))
        with django_assert_num_queries(4):
            assert len(shipping_options(PARCEL)) == 12


class TestDates:
    @time_machine.travel("2026-12-23T10:00:00+01:00", tick=False)
    def test_holidays_and_weekends_are_left_out(self):
        Holiday.objects.create(date=date(2026, 12, 25), name="Christmas")
        method("post", (zone("Home", ("DE", "")), "0", "5"), days_min=2, days_max=3)
        (option,) = shipping_options(PARCEL)
        assert (option.delivery_from, option.delivery_to) == (date(2026, 12, 28), date(2026, 12, 29))

    def test_nonsense_in_the_days_of_dispatch_promises_nothing(self):
        method("post", (zone("Home", ("DE", "")), "0", "5"), weekdays="mo-fr")
        (option,) = shipping_options(PARCEL)
        assert option.delivery_from is None


class TestCountries:
    def test_only_where_the_shop_sends_to_its_own_first(self, settings):
        settings.SHOP_COUNTRY = "DE"
        zone("Home", ("DE", ""))
        zone("Near", ("FR", ""), ("AT", ""))
        assert countries() == [("DE", "Germany"), ("AT", "Austria"), ("FR", "France")]

    def test_everywhere_means_every_country(self):
        zone("World", ("*", ""))
        codes = dict(countries())
        assert len(codes) > 240
        assert {"US", "JP", "GB"} <= set(codes)
        assert not {"EU", "UN", "ZZ"} & set(codes)

    def test_names_are_in_the_language_of_the_page(self):
        zone("Home", ("DE", ""))
        with translation.override("de"):
            assert countries() == [("DE", "Deutschland")]
