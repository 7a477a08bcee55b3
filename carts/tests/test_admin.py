"""Carts, ways of delivery and taxes in the admin."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse

from accounts.tests.factories import UserFactory
from carts.models import Cart, Holiday, ShippingMethod, ShippingZone, TaxClass, ZoneArea
from carts.services.saved import save_for_later
from carts.tests.factories import add, counters, customer, default_prices, full_cart, goods, guest
from catalog.models import StockHold
from catalog.tests.factories import ProductFactory
from catalog.tests.ledger import assert_books_agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client_of, staff):
    return client_of(staff)


def url(name: str, *args) -> str:
    return reverse(f"admin:carts_{name}", args=args)


def with_permissions(*names: str):
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=names))
    return user


class TestCarts:
    def test_the_list_tells_sizes_and_holds(self, admin, shopper):
        variant = goods()
        add(customer(shopper), variant, 3)
        page = admin.get(url("cart_changelist"), {"o": "-6"}).content.decode()
        assert "shopper@example.org" in page or "Ines" in page
        assert '<td class="field-units">3</td>' in page
        assert '<td class="field-held">3</td>' in page

    def test_the_largest_holders_can_be_found(self, admin):
        small, large, none = guest(), guest(), guest()
        add(small, goods(), 1)
        add(large, goods(), 9)
        page = admin.get(url("cart_changelist"), {"o": "-6", "holds": "yes"}).content.decode()
        assert page.index(large.cart_id) < page.index(small.cart_id)
        assert none.cart_id not in page

    def test_the_number_of_queries_does_not_grow(self, admin, django_assert_max_num_queries):
        for _ in range(10):
            full_cart(lines=1)
        admin.get(url("cart_changelist"))
        with django_assert_max_num_queries(7):
            admin.get(url("cart_changelist"))

    def test_a_cart_shows_lines_saved_lines_and_holds(self, admin):
        who = guest("192.0.2.7")
        add(who, goods(name="Contours 7"), 2)
        save_for_later(shopper=who, line_id=add(who, goods(name="Weave 2")).public_id)
        cart = Cart.objects.get()
        page = admin.get(url("cart_change", cart.pk)).content.decode()
        for text in ("Contours 7", "Weave 2", "2 × Contours 7, until", "192.0.2.7", "guest"):
            assert text in page

    def test_nothing_can_be_changed_by_hand(self, admin):
        full_cart(lines=1)
        cart = Cart.objects.get()
        assert admin.get(url("cart_add")).status_code == 403
        assert admin.get(url("cart_delete", cart.pk)).status_code == 403
        assert admin.post(url("cart_change", cart.pk), {"status": "ordered"}).status_code == 403

    def release(self, client, *carts: Cart):
        data = {"action": "release", "_selected_action": [cart.pk for cart in carts]}
        return client.post(url("cart_changelist"), data, follow=True)

    def test_holds_are_released_and_the_lines_stay(self, admin):
        variant, who = goods(), guest()
        add(who, variant, 3)
        page = self.release(admin, Cart.objects.get()).content.decode()
        assert "1 cart keeps nothing now." in page
        assert counters(variant) == (10, 0, 0)
        assert Cart.objects.get().lines.get().quantity == 3
        assert_books_agree()

    def test_only_by_those_who_may(self, client_of):
        variant = goods()
        add(guest(), variant, 3)
        self.release(client_of(with_permissions("view_cart")), Cart.objects.get())
        assert counters(variant) == (10, 3, 0)
        self.release(client_of(with_permissions("view_cart", "change_stockhold")), Cart.objects.get())
        assert not StockHold.objects.filter(quantity__gt=0).exists()

    def test_customers_see_nothing(self, client_of, shopper):
        assert client_of(shopper).get(url("cart_changelist")).status_code == 302


class TestShipping:
    @pytest.fixture(autouse=True)
    def prices(self):
        default_prices()

    def method(self, **changes) -> dict[str, object]:
        return {
            "name": "By bike",
            "code": "bike",
            "description": "",
            "is_active": "on",
            "position": "0",
            "basis": "flat",
            "free_from": "",
            "tax_class": "standard",
            "days_min": "1",
            "days_max": "2",
            "cutoff": "",
            "weekdays": ["0", "5"],
            "rates-TOTAL_FORMS": "1",
            "rates-INITIAL_FORMS": "0",
            "rates-0-zone": str(ShippingZone.objects.get(name="Home").pk),
            "rates-0-at_least": "0",
            "rates-0-price": "3.50",
            **changes,
        }

    def test_a_new_way_with_its_price(self, admin):
        assert admin.post(url("shippingmethod_add"), self.method()).status_code == 302
        bike = ShippingMethod.objects.get(code="bike")
        assert bike.weekdays == "05"
        assert bike.rates.get().price == Decimal("3.50")

    @pytest.mark.parametrize(
        ("changes", "said"),
        [
            ({"rates-0-price": "-1"}, "greater than or equal to 0"),
            ({"days_min": "3"}, "must not be less than the days"),
            ({"weekdays": []}, "This field is required"),
            ({"tax_class": "nonsense"}, "Select a valid choice"),
            ({"code": "standard"}, "already exists"),
        ],
    )
    def test_what_cannot_be_is_said_and_not_saved(self, admin, changes, said):
        response = admin.post(url("shippingmethod_add"), self.method(**changes))
        assert response.status_code == 200
        assert said in response.content.decode()
        assert not ShippingMethod.objects.filter(name="By bike").exists()

    def test_the_page_of_a_method_shows_its_days_and_keeps_its_code(self, admin):
        page = admin.get(url("shippingmethod_change", ShippingMethod.objects.get(code="express").pk)).content.decode()
        assert page.count('type="checkbox" name="weekdays"') == 7
        assert page.count("checked") >= 5
        assert 'name="code"' not in page

    def test_zones_offer_countries_by_name_and_everywhere(self, admin):
        home = ShippingZone.objects.get(name="Home")
        page = admin.get(url("shippingzone_change", home.pk)).content.decode()
        assert "Everywhere else" in page
        data = {
            "name": "Home",
            "position": "0",
            "areas-TOTAL_FORMS": "2",
            "areas-INITIAL_FORMS": "1",
            "areas-0-id": str(home.areas.get().pk),
            "areas-0-zone": str(home.pk),
            "areas-0-country": "DE",
            "areas-0-postcode_prefix": "",
            "areas-1-zone": str(home.pk),
            "areas-1-country": "GB",
            "areas-1-postcode_prefix": "ze 1",
        }
        assert admin.post(url("shippingzone_change", home.pk), data).status_code == 302
        assert ZoneArea.objects.get(country="GB", zone=home).postcode_prefix == "ZE1"
        assert "<td" in admin.get(url("shippingzone_changelist")).content.decode()

    def test_holidays(self, admin):
        assert admin.post(url("holiday_add"), {"date": "2026-12-25", "name": "Christmas"}).status_code == 302
        assert Holiday.objects.get().name == "Christmas"
        assert admin.get(url("holiday_changelist")).status_code == 200

    def test_the_list(self, admin):
        assert "2–5" in admin.get(url("shippingmethod_changelist")).content.decode()


class TestTax:
    @pytest.fixture(autouse=True)
    def prices(self):
        default_prices()

    def test_the_list_counts_rates(self, admin):
        assert '<td class="field-rate_count">27</td>' in admin.get(url("taxclass_changelist")).content.decode()

    def test_what_is_used_stays(self, admin):
        ProductFactory(tax_class="reduced")
        reduced = TaxClass.objects.get(code="reduced")
        page = admin.post(url("taxclass_delete", reduced.pk), {"post": "yes"}, follow=True).content.decode()
        assert "Give them another tax class first." in page
        assert TaxClass.objects.filter(code="reduced").exists()

    def test_what_is_not_used_goes(self, admin):
        reduced = TaxClass.objects.get(code="reduced")
        admin.post(url("taxclass_delete", reduced.pk), {"post": "yes"})
        assert not TaxClass.objects.filter(code="reduced").exists()

    def test_what_delivery_is_taxed_by_stays_too(self, admin):
        standard = TaxClass.objects.get(code="standard")
        admin.post(url("taxclass_delete", standard.pk), {"post": "yes"})
        assert TaxClass.objects.filter(code="standard").exists()

    def test_more_than_all_of_it_is_refused(self, admin):
        data = {
            "name": "Luxury",
            "code": "luxury",
            "rates-TOTAL_FORMS": "1",
            "rates-INITIAL_FORMS": "0",
            "rates-0-country": "DE",
            "rates-0-region": "",
            "rates-0-name": "VAT",
            "rates-0-percent": "101",
        }
        response = admin.post(url("taxclass_add"), data)
        assert "less than or equal to 100" in response.content.decode()
        assert admin.post(url("taxclass_add"), {**data, "rates-0-percent": "33"}).status_code == 302
        assert TaxClass.objects.get(code="luxury").rates.get().percent == 33
