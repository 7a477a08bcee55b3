"""Whoever signs in keeps what they had put into the bag as a guest, whichever page they sign in on."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import PASSWORD
from carts.models import Cart, CartLine, CartStatus
from carts.tests.factories import add, counters, customer, goods, guest
from carts.web.shopper import CART, shopper_of
from catalog.tests.ledger import assert_books_agree

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant():
    yield goods()
    assert_books_agree()


@pytest.fixture
def browser(variant) -> Client:
    """A guest's, with two of it in the bag."""
    client = Client()
    client.post(reverse("carts:add"), {"variant_id": variant.pk, "quantity": "2"})
    return client


def lines_of(user) -> dict[int, int]:
    return dict(CartLine.objects.filter(cart__open_for=user).values_list("variant_id", "quantity"))


def test_by_the_sign_in_page(browser, variant, shopper):
    add(customer(shopper), variant, 3)
    guest_cart = browser.session[CART]
    response = browser.post(reverse("accounts:login"), {"identifier": shopper.email, "password": PASSWORD})
    assert response.status_code == 302
    assert lines_of(shopper) == {variant.pk: 5}
    assert counters(variant) == (10, 5, 0)
    assert CART not in browser.session
    assert Cart.objects.get(public_id=guest_cart).status == CartStatus.MERGED


def test_by_any_other_way_in(browser, variant, shopper):
    browser.force_login(shopper)
    assert lines_of(shopper) == {variant.pk: 2}


def test_with_nothing_in_the_bag_nothing_is_made(shopper):
    client = Client()
    client.force_login(shopper)
    assert not Cart.objects.exists()


def test_somebody_elses_open_cart_is_not_taken(shopper, other_shopper, variant):
    add(customer(other_shopper), variant)
    client = Client()
    session = client.session
    session[CART] = Cart.objects.get(open_for=other_shopper).public_id
    session.save()
    client.force_login(shopper)
    assert lines_of(shopper) == {}
    assert lines_of(other_shopper) == {variant.pk: 1}


def test_after_signing_out_the_bag_is_nobodys(browser, shopper):
    browser.force_login(shopper)
    browser.post(reverse("accounts:logout"))
    assert "There is nothing in your bag." in browser.get(reverse("carts:cart")).content.decode()


class TestShopperOf:
    def request(self, rf, user=None, **session):
        request = rf.get("/", REMOTE_ADDR="192.0.2.7")
        request.user = user or AnonymousUser()
        request.session = session
        return request

    def test_a_guest_is_known_by_the_session(self, rf):
        who = shopper_of(self.request(rf, cart="abc"))
        assert (who.user_id, who.cart_id, who.client_address, who.is_guest) == (None, "abc", "192.0.2.7", True)

    def test_a_guest_without_a_cart(self, rf):
        assert shopper_of(self.request(rf)).cart_id == ""

    def test_a_customer_is_known_by_the_account_alone(self, rf, shopper):
        who = shopper_of(self.request(rf, shopper, cart=guest().cart_id))
        assert (who.user_id, who.cart_id, who.is_guest) == (shopper.pk, "", False)
