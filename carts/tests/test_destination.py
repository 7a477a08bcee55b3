"""Where a cart is to go and how."""

from __future__ import annotations

from decimal import Decimal

import pytest

from carts.models import Cart, ZoneArea
from carts.selectors.carts import cart_view
from carts.services.destination import Destination, set_destination
from carts.tests.factories import add, goods, guest
from shop.common.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db


@pytest.fixture
def who(prices):
    who = guest()
    add(who, goods(price="20.00"))
    return who


def send(who, **destination: str) -> Cart:
    return set_destination(shopper=who, destination=Destination(**destination))


def test_the_cart_is_priced_anew(who):
    assert cart_view(who).quote.shipping == Decimal("4.90")
    send(who, country="AT")
    assert cart_view(who).quote.shipping == Decimal("9.90")
    send(who, country="DE", postcode="20359", shipping_method="express")
    view = cart_view(who)
    assert (view.quote.shipping, view.shipping_method.code) == (Decimal("9.90"), "express")


def test_what_is_left_out_stays(who):
    send(who, country="AT", region="Tirol", postcode="6020")
    cart = send(who, postcode="6021")
    assert (cart.country, cart.region, cart.postcode) == ("AT", "Tirol", "6021")
    assert send(who, region="").region == ""


def test_countries_the_shop_does_not_send_to_are_refused(who):
    ZoneArea.objects.filter(country="*").delete()
    for country in ("US", "XX", "de"):
        with pytest.raises(InvalidInput) as refused:
            send(who, country=country)
        assert refused.value.fields == {"country": ["We do not send there yet."]}
    assert send(who, country="NO").country == "NO"


@pytest.mark.parametrize("field", ["region", "postcode", "shipping_method", "country"])
def test_overlong_text_is_refused_by_name(who, field):
    with pytest.raises(InvalidInput, match="Please use at most") as refused:
        send(who, **{field: "x" * 10_000})
    assert refused.value.field == field


def test_a_method_that_is_not_offered_there_gives_way_to_the_first(who):
    send(who, country="AT", shipping_method="express")
    assert cart_view(who).shipping_method.code == "standard"


def test_nobodys_cart_is_not_found():
    with pytest.raises(NotFound):
        send(guest().__class__(), country="DE")
