"""The wish list of customers and guests, and how a guest's comes along at sign-in."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.tests.factories import PASSWORD
from carts.models import WishListItem
from carts.selectors.wishes import Wisher, wished_products
from carts.services import wishes
from carts.services.wishes import add_wish, merge_wishes, remove_wish
from carts.tests.factories import goods
from catalog.services.archive_product import archive_product
from shop.common.errors import Conflict, NotFound
from shop.testing.concurrency import race

pytestmark = pytest.mark.django_db


def product(**given):
    return goods(**given).product


def heart(client, product_id, act="add", **more):
    return client.post(f"/wish-list/{product_id}/", {"act": act} | more)


def listed(client):
    return [wish.product_id for wish in client.get("/wish-list/").context["wishes"]]


def test_the_heart_puts_it_on_the_list_and_takes_it_off(client_of, shopper):
    mine, thing = client_of(shopper), product(name="Weave 2")
    page = mine.get(thing.get_absolute_url()).content.decode()
    assert "Add to wish list" in page
    assert heart(mine, thing.pk, next=thing.get_absolute_url()).url == thing.get_absolute_url()
    heart(mine, thing.pk)
    assert listed(mine) == [thing.pk]
    assert "Weave 2" in mine.get("/wish-list/").content.decode()
    assert 'aria-pressed="true"' in mine.get(thing.get_absolute_url()).content.decode()
    assert heart(mine, thing.pk, "remove").url == "/wish-list/"
    assert listed(mine) == []


def test_htmx_gets_the_heart_alone(client_of, shopper):
    thing = product()
    answer = (
        client_of(shopper)
        .post(f"/wish-list/{thing.pk}/", {"act": "add"}, headers={"HX-Request": "true"})
        .content.decode()
    )
    assert "On your wish list" in answer
    assert "<html" not in answer


def test_a_guests_list_comes_along_and_again_changes_nothing(client, shopper):
    first, second = product(), product()
    add_wish(wisher=Wisher(user_id=shopper.pk), product_id=first.pk)
    heart(client, first.pk)
    heart(client, second.pk)
    token = client.session["wishes"]
    assert listed(client) == [second.pk, first.pk]
    client.post("/login/", {"identifier": "shopper", "password": PASSWORD})
    assert sorted(listed(client)) == [first.pk, second.pk]
    merge_wishes(user_id=shopper.pk, token=token)
    assert WishListItem.objects.count() == 2
    client.post("/logout/")
    assert listed(client) == []


def test_nobody_sees_or_changes_anothers(client_of, shopper, other_shopper, anonymous):
    thing = product()
    heart(client_of(shopper), thing.pk)
    for other in (client_of(other_shopper), anonymous):
        assert listed(other) == []
        heart(other, thing.pk, "remove")
    assert listed(client_of(shopper)) == [thing.pk]


def test_what_is_not_there(client_of, shopper):
    mine, gone = client_of(shopper), product()
    heart(mine, gone.pk)
    archive_product(product_id=gone.pk)
    assert listed(mine) == []
    with pytest.raises(NotFound):
        add_wish(wisher=Wisher(user_id=shopper.pk), product_id=gone.pk)
    assert heart(mine, 0).status_code == 404


def test_it_has_an_end(shopper, monkeypatch):
    monkeypatch.setattr(wishes, "MOST_WISHES", 2)
    for _ in range(2):
        add_wish(wisher=Wisher(user_id=shopper.pk), product_id=product().pk)
    with pytest.raises(Conflict):
        add_wish(wisher=Wisher(user_id=shopper.pk), product_id=product().pk)


def test_the_number_of_queries_does_not_grow(client_of, shopper):
    mine = client_of(shopper)

    def queries():
        mine.get("/wish-list/")
        with CaptureQueriesContext(connection) as seen:
            mine.get("/wish-list/")
        return len(seen)

    for _ in range(2):
        heart(mine, product().pk)
    few = queries()
    for _ in range(6):
        heart(mine, product().pk)
    assert queries() == few


def test_a_guest_without_a_list_asks_the_database_nothing():
    with CaptureQueriesContext(connection) as seen:
        assert wished_products(Wisher()) == frozenset()
    assert len(seen) == 0


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(mine=st.sets(st.integers(0, 5)), guests=st.lists(st.integers(0, 5)), times=st.integers(1, 3))
def test_merging_loses_and_doubles_nothing(shopper, things, mine, guests, times):
    WishListItem.objects.all().delete()
    for number in mine:
        add_wish(wisher=Wisher(user_id=shopper.pk), product_id=things[number])
    for number in guests:
        add_wish(wisher=Wisher(token="a guest"), product_id=things[number])
    for _ in range(times):
        merge_wishes(user_id=shopper.pk, token="a guest")
    rows = sorted(WishListItem.objects.values_list("owner", "product_id"))
    assert rows == sorted((f"user:{shopper.pk}", things[number]) for number in mine | set(guests))


@pytest.fixture
def things():
    return [product().pk for _ in range(6)]


@pytest.mark.django_db(transaction=True)
def test_many_hearts_at_once_are_one(shopper):
    thing = product()
    outcome = race(8, lambda _: add_wish(wisher=Wisher(user_id=shopper.pk), product_id=thing.pk))
    assert outcome.errors == []
    assert WishListItem.objects.count() == 1
    remove_wish(wisher=Wisher(user_id=shopper.pk), product_id=thing.pk)


class TestSavedAndReviews:
    def test_saved_for_later_is_a_page_of_the_account(self, client_of, shopper):
        mine, variant = client_of(shopper), goods(name="Weave 3")
        mine.post("/cart/add/", {"variant_id": variant.pk, "quantity": 1})
        line = shopper.open_cart.lines.get()
        mine.post(f"/cart/items/{line.public_id}/save/")
        assert "Weave 3" in mine.get("/account/saved/").content.decode()

    def test_my_reviews(self, client_of, shopper, other_shopper):
        from catalog.services.review_product import ReviewText, review_product

        thing = product(name="Weave 4")
        review_product(user=shopper, product_id=thing.pk, text=ReviewText(rating=4, comment="Very dense"))
        page = client_of(shopper).get("/account/reviews/").content.decode()
        assert "Very dense" in page
        assert "waiting" in page
        assert "Very dense" not in client_of(other_shopper).get("/account/reviews/").content.decode()
        assert Client().get("/account/reviews/").status_code == 302
