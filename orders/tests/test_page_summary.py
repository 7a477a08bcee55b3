from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Address
from accounts.tests.factories import AddressFactory
from carts.models import Cart, ShippingZone, ZoneArea
from carts.tests.factories import counters, goods, let_holds_end
from catalog.models import ProductStatus, StockHold
from orders.models import Order
from orders.tests.factories import check_out, fill_cart
from orders.tests.pages import GUEST, SUMMARY, TYPED, confirm, errors, fill_bag, place, shown, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def guest() -> Client:
    """A browser with a thing for €20 in the bag."""
    return fill_bag(Client(), (goods(price="20.00", name="Contours 7"), 1))


@pytest.fixture
def customer(shopper, client_of) -> Client:
    return fill_bag(client_of(shopper), (goods(price="20.00"), 1))


def test_an_empty_bag_leads_to_the_cart(anonymous, client_of, shopper):
    for client in (anonymous, client_of(shopper)):
        answer = client.get(SUMMARY)
        assert (answer.status_code, answer["Location"]) == (302, "/cart/")


def test_everything_once_more_before_confirming(guest):
    answer = guest.get(SUMMARY)
    words = text_of(answer)
    for part in ("Contours 7", "1 item €20.00", "Delivery €4.90", "To pay €24.90", "Includes €3.97 tax"):
        assert part in words
    assert "Confirm and pay €24.90" in words
    assert "Back to the bag" in words
    assert f"Kept for you until {timezone.localtime(answer.context['view'].holds_expire_at):%H:%M}." in words
    assert 'href="/login/?next=/order-summary/"' in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert [choice["option"].code for choice in answer.context["shipping"]] == ["standard", "express"]
    assert [method.code for method in answer.context["methods"]] == ["test", "transfer", "on_delivery"]


def test_a_guest_orders(guest):
    order = place(guest, email="ines@example.org", note="Please knock.")
    assert (order.email, order.user, order.total, order.note) == (
        "ines@example.org",
        None,
        Decimal("24.90"),
        "Please knock.",
    )
    assert guest.session["orders"] == [order.public_id]
    assert guest.get(f"/orders/{order.number}/").status_code == 200


@pytest.mark.parametrize(
    ("method", "page"), [("test", "pay"), ("transfer", "confirmation"), ("on_delivery", "confirmation")]
)
def test_where_it_goes_on(guest, method, page):
    answer = confirm(guest, payment_method=method)
    assert answer["Location"] == f"/orders/{Order.objects.get().number}/{page}/"


def test_what_costs_nothing_needs_no_payment_page():
    variant = goods(price="0.00")
    variant.requires_shipping = False
    variant.save()
    client = fill_bag(Client(), (variant, 1))
    assert "There is nothing to pay." in text_of(client.get(SUMMARY))
    answer = confirm(client)
    assert answer["Location"] == f"/orders/{Order.objects.get().number}/confirmation/"


def test_a_customer_orders_to_an_address_of_the_book(customer, shopper):
    AddressFactory(user=shopper, full_name="Ines in the office", line1="Kai 3")
    home = AddressFactory(user=shopper, full_name="Ines at home", is_default_shipping=True)
    answer = customer.get(SUMMARY)
    assert answer.context["saved_choice"] == home
    assert "email" not in answer.context["form"].fields

    order = place(customer, address=home.public_id, delivery_full_name="", delivery_line1="", email="x@evil.example")
    assert (order.user, order.email) == (shopper, "shopper@example.org")
    assert order.addresses.get(kind="shipping").full_name == "Ines at home"
    assert "orders" not in customer.session


def test_a_customer_keeps_a_new_address(customer, shopper):
    place(customer, save_address="on", delivery_line1="Kai 3")
    assert [address.line1 for address in Address.objects.filter(user=shopper)] == ["Kai 3"]


def test_an_address_is_kept_only_when_wanted(customer, shopper):
    place(customer)
    assert not Address.objects.filter(user=shopper).exists()


def test_a_full_book_costs_no_order(customer, shopper):
    AddressFactory.create_batch(50, user=shopper)
    order = place(customer, address="new", save_address="on")
    words = text_of(customer.get(f"/orders/{order.number}/"))
    assert "Your address book is full." in words


def test_nobody_orders_to_somebody_elses_address(customer, other_shopper):
    theirs = AddressFactory(user=other_shopper, full_name="Jonas in private", line1="Secret street 1")
    answer = confirm(customer, address=theirs.public_id, delivery_line1="")
    assert errors(answer) == {"delivery_line1": ["Enter street and number."]}
    assert "Secret street" not in answer.content.decode()


def test_the_invoice_may_go_elsewhere(guest):
    order = place(
        guest,
        other_billing="on",
        billing_full_name="Werk GmbH",
        billing_line1="Gasse 1",
        billing_postcode="1010",
        billing_city="Wien",
        billing_country="AT",
    )
    assert order.addresses.get(kind="billing").full_name == "Werk GmbH"
    assert order.addresses.get(kind="shipping").full_name == "Ines Albrecht"


def test_an_invoice_address_that_is_not_used_is_not_judged(guest):
    place(guest, billing_full_name="", billing_postcode="nonsense")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"email": "ines.example.org"}, "email", "Enter an e-mail address like name@example.org."),
        ({"email": ""}, "email", "Enter an e-mail address like name@example.org."),
        ({"delivery_full_name": " "}, "delivery_full_name", "Enter a full name."),
        ({"delivery_line1": "x" * 10_000}, "delivery_line1", "At most 200 characters fit here."),
        ({"delivery_line1": "Hafen\x00straße"}, "delivery_line1", "This contains characters that cannot be stored."),
        ({"delivery_city": "Ham\x1bburg"}, "delivery_city", "This contains characters that cannot be stored."),
        ({"delivery_postcode": "2035"}, "delivery_postcode", "A postcode in Germany looks like 20359."),
        ({"delivery_phone": "call me"}, "delivery_phone", "Enter a phone number like +49 40 123456."),
        ({"delivery_country": "XX"}, "delivery_country", "Choose a country."),
        ({"delivery_country": "Germany"}, "delivery_country", "Choose a country."),
        ({"other_billing": "on", "billing_full_name": "A", "billing_line1": "B", "billing_country": "AT",
          "billing_postcode": "1010"}, "billing_city", "Enter a town."),
        ({"shipping_method": "teleport"}, "shipping_method", "Please choose one of the ways of delivery."),
        ({"payment_method": "shells"}, "payment_method", "Please choose one of the ways to pay."),
        ({"note": "x" * 2001}, "note", "Use at most 2000 characters; these are 2001."),
    ],
)  # fmt: skip
def test_bad_input_is_told_at_its_field_and_kept(guest, typed, field, message):
    answer = confirm(guest, **typed)
    assert answer.status_code == 200
    assert errors(answer) == {field: [message]}
    page = answer.content.decode()
    assert message.replace("'", "&#x27;") in page
    assert f'id="id_{field}_error"' in page or f'id="id_{field}"' in page
    for name, value in typed.items():
        if name in answer.context["form"].fields and name not in {"shipping_method", "payment_method", "other_billing"}:
            assert answer.context["form"][name].value().strip() == value.strip()
    assert answer.context["form"]["delivery_full_name"].value() is not None
    assert not Order.objects.exists()


def test_everything_wrong_is_told_at_once(guest):
    answer = confirm(guest, email="nobody", delivery_postcode="", delivery_city="")
    assert set(errors(answer)) == {"email", "delivery_postcode", "delivery_city"}
    assert "3 things need another look" in text_of(answer)


@pytest.mark.parametrize("total", ["0.01", "24.89", "-5", "abc", "", "NaN", "sNaN", "Infinity", "1e999999", "0" * 5000])
def test_a_tampered_total_is_told_with_the_real_one(guest, total):
    answer = confirm(guest, expected_total=total)
    assert errors(answer) == {"__all__": ["The total is now €24.90. Please look at it once more before you confirm."]}
    page = answer.content.decode()
    assert '<input type="hidden" name="expected_total" value="24.90">' in page
    assert 'value="guest@example.org"' in page
    assert 'value="Hafenstraße 12"' in page
    assert not Order.objects.exists()


def test_prices_are_the_shops_whatever_is_sent(guest):
    order = place(guest, price="0.01", unit_price="0.01", total="0.01", quantity="0")
    assert order.total == Decimal("24.90")


def test_another_way_of_delivery_is_priced_before_it_is_ordered(guest):
    sent = shown(guest)
    answer = guest.post(SUMMARY, {**GUEST, **sent, "shipping_method": "express", "act": "confirm"})
    assert errors(answer)["__all__"][0].startswith("The total is now €29.90.")
    assert "Confirm and pay €29.90" in text_of(answer)
    again = guest.post(
        SUMMARY, {**GUEST, **sent, "shipping_method": "express", "expected_total": "29.90", "act": "confirm"}
    )
    assert again.status_code == 302
    assert Order.objects.get().shipping == Decimal("9.90")


def test_updating_prices_anew_and_judges_nothing(guest):
    typed = {**TYPED, "email": "half-typed", "delivery_full_name": "", "delivery_country": "FR", "act": "update"}
    answer = guest.post(SUMMARY, typed)
    assert "To pay €29.90" in text_of(answer)
    assert errors(answer) == {}
    page = answer.content.decode()
    assert "another look" not in page
    assert 'value="half-typed"' in page
    assert 'value="Hafenstraße 12"' in page
    assert [choice["option"].code for choice in answer.context["shipping"]] == ["standard"]
    assert not Order.objects.exists()
    assert Cart.objects.get().country == "", "looking at another country writes nothing"


def test_a_form_without_a_button_only_updates(guest):
    assert guest.post(SUMMARY, {**GUEST, **shown(guest)}).status_code == 200
    assert not Order.objects.exists()


def test_what_was_typed_is_there_again_after_a_visit_to_the_bag(guest):
    confirm(guest, email="ines@example.org", delivery_postcode="1", note="Knock", other_billing="on")
    guest.get("/cart/")
    form = guest.get(SUMMARY).context["form"]
    assert form["email"].value() == "ines@example.org"
    assert form["delivery_line1"].value() == "Hafenstraße 12"
    assert form["note"].value() == "Knock"
    assert form["other_billing"].value() == "on"
    assert errors(guest.get(SUMMARY)) == {}
    place(guest)
    assert "checkout" not in guest.session


def test_what_is_typed_does_not_swell_the_session(guest):
    confirm(guest, delivery_line1="x" * 10_000)
    assert max(len(value) for value in guest.session["checkout"].values()) == 2000


def test_confirming_twice_is_one_order(guest):
    sent = {**GUEST, **shown(guest), "act": "confirm"}
    first, second = guest.post(SUMMARY, sent), guest.post(SUMMARY, sent)
    assert first["Location"] == second["Location"]
    assert Order.objects.count() == 1


def test_a_customer_confirming_twice_keeps_one_address(customer, shopper):
    AddressFactory(user=shopper)
    sent = {**TYPED, **shown(customer), "address": "new", "save_address": "on", "act": "confirm"}
    customer.post(SUMMARY, sent)
    customer.post(SUMMARY, sent)
    assert (Order.objects.count(), Address.objects.count()) == (1, 2)


@pytest.mark.parametrize("act", ["update", "confirm"])
def test_what_was_typed_counts_though_the_book_was_begun_meanwhile(customer, shopper, act):
    sent = {**TYPED, **shown(customer), "delivery_line1": "Typed street 1", "act": act}
    AddressFactory(user=shopper, country="CH")
    answer = customer.post(SUMMARY, sent)
    if act == "update":
        assert answer.context["saved_choice"] is None
        assert "To pay €24.90" in text_of(answer)
    else:
        assert Order.objects.get().addresses.get(kind="shipping").line1 == "Typed street 1"


def test_an_old_page_does_not_order_the_next_bag(guest):
    old = {**GUEST, **shown(guest), "act": "confirm"}
    first = guest.post(SUMMARY, old)
    fill_bag(guest, (goods(), 1))
    assert guest.post(SUMMARY, old)["Location"] == first["Location"]
    assert Order.objects.count() == 1


def test_a_bag_that_became_another_is_looked_at_again(guest, shopper, client_of):
    answer = confirm(guest, cart_id="of-another-time")
    assert errors(answer) == {"__all__": ["Your bag has changed. Please look at it once more before you confirm."]}


def test_holds_are_renewed_when_the_page_is_opened(guest):
    soon = timezone.now() + timedelta(minutes=1)
    StockHold.objects.update(expires_at=soon)
    guest.get(SUMMARY)
    assert StockHold.objects.get().expires_at > soon + timedelta(minutes=10)


def test_units_are_held_from_here_on_under_the_policy_checkout(settings):
    settings.SHOP_HOLD_POLICY = "checkout"
    variant = goods(stock=3)
    client = fill_bag(Client(), (variant, 2))
    assert counters(variant) == (3, 0, 0)
    client.get(SUMMARY)
    assert counters(variant) == (3, 2, 0)
    place(client)
    assert counters(variant) == (3, 0, 2)


def test_nothing_is_held_under_the_policy_none(settings):
    settings.SHOP_HOLD_POLICY = "none"
    variant = goods(stock=3)
    client = fill_bag(Client(), (variant, 2))
    assert "Kept for you" not in text_of(client.get(SUMMARY))
    assert counters(variant) == (3, 0, 0)
    place(client)
    assert counters(variant) == (3, 0, 2)


def test_shortages_are_told_line_by_line_with_the_way_to_mend_them(guest):
    scarce, gone = goods(stock=2, name="Weave 2"), goods(stock=1, name="Dunes 4")
    fill_bag(guest, (scarce, 2), (gone, 1))
    sent = {**GUEST, **shown(guest), "act": "confirm"}
    for cart in Cart.objects.all():
        let_holds_end(type("Owner", (), {"user_id": None, "cart_id": cart.public_id})())
    check_out(fill_cart([(scarce, 1), (gone, 1)]), email="quicker@example.org")

    for answer in (guest.post(SUMMARY, sent), guest.get(SUMMARY)):
        words, page = text_of(answer), answer.content.decode()
        assert "2 things in your bag have changed" in words
        assert "Only 1 of Weave 2 left." in words
        assert "Dunes 4 is sold out." in words
        lines = [shown.line for shown in answer.context["view"].lines]
        assert [f'href="/cart/#line-{line.public_id}"' in page for line in lines] == [False, True, True]
        assert "Confirm and pay" not in words
        assert answer.context["form"]["email"].value() == "guest@example.org"
    assert Order.objects.count() == 1


def test_what_is_no_longer_for_sale_is_told(guest):
    gone = goods(name="Weave 2")
    fill_bag(guest, (gone, 1))
    sent = {**GUEST, **shown(guest), "act": "confirm"}
    gone.product.status = ProductStatus.ARCHIVED
    gone.product.save()
    assert "Weave 2 is no longer for sale." in text_of(guest.post(SUMMARY, sent))


def test_what_was_said_in_the_cart_is_not_asked_again(guest):
    Cart.objects.update(country="AT", postcode="1010", shipping_method="standard")
    answer = guest.get(SUMMARY)
    form = answer.context["form"]
    assert (form["delivery_country"].value(), form["delivery_postcode"].value()) == ("AT", "1010")
    assert "Delivery €9.90" in text_of(answer)


def test_the_postcode_of_another_country_is_not_read_for_this_one(guest):
    """Postcodes from 97 on lie overseas in France, and in Germany they do not."""
    world = ShippingZone.objects.get(name="World")
    ZoneArea.objects.create(zone=world, country="FR", postcode_prefix="97")
    Cart.objects.update(country="DE", postcode="97070")
    answer = guest.post(SUMMARY, {**GUEST, "delivery_country": "FR", "delivery_postcode": "", "act": "update"})
    assert "Delivery €9.90" in text_of(answer)
    answer = guest.post(SUMMARY, {**GUEST, "delivery_country": "FR", "delivery_postcode": "97100", "act": "update"})
    assert "Delivery €19.90" in text_of(answer)


def test_a_country_that_is_not_reached(guest):
    ZoneArea.objects.exclude(country="DE").delete()
    answer = guest.post(SUMMARY, {**GUEST, "delivery_country": "FR", "act": "update"})
    assert "We do not send there yet." in text_of(answer)
    refused = confirm(guest, delivery_country="FR", delivery_postcode="75001", expected_total="20.00")
    assert errors(refused) == {"delivery_country": ["We do not send there yet."]}


def test_a_saved_address_that_will_not_do_is_told_at_the_choice(customer, shopper):
    home = AddressFactory(user=shopper, postcode="1")
    answer = confirm(customer, address=home.public_id)
    assert errors(answer) == {"address": ["A postcode in Germany looks like 20359."]}


def test_the_way_back_from_signing_in_leads_here(guest, shopper):
    from accounts.tests.factories import PASSWORD

    answer = guest.post("/login/", {"identifier": shopper.email, "password": PASSWORD, "next": SUMMARY})
    assert answer["Location"] == SUMMARY


def test_a_form_of_another_site_is_refused(guest):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = guest.cookies
    assert strict.post(SUMMARY, {**GUEST, "act": "confirm"}).status_code == 403
    assert not Order.objects.exists()


def test_only_get_and_post(guest):
    assert guest.delete(SUMMARY).status_code == 405


def queries(client: Client) -> int:
    client.get(SUMMARY)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(SUMMARY).status_code == 200
    return len(captured)


def test_queries_do_not_grow_with_the_bag(settings):
    settings.SHOP_HOLD_POLICY = "none"
    few = fill_bag(Client(), *[(goods(), 1) for _ in range(10)])
    many = fill_bag(Client(), *[(goods(), 1) for _ in range(40)])
    assert queries(few) == queries(many) == 21


def test_queries_of_the_holds_do_not_grow_either():
    few = fill_bag(Client(), *[(goods(), 1) for _ in range(10)])
    many = fill_bag(Client(), *[(goods(), 1) for _ in range(30)])
    assert queries(few) == queries(many)
