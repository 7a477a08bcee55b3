"""The heart on a card: in pages that everybody shares, on for whose list it is on, and a link without script."""

import re

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from carts.models import WishListItem
from carts.tests.factories import goods
from catalog.services.archive_product import archive_product

pytestmark = pytest.mark.django_db

LIST = "/products/"


@pytest.fixture(autouse=True)
def shared(settings):
    settings.SHOP_PAGE_CACHE_SECONDS = 60
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def things():
    return [goods(name=f"Weave {number}").product for number in range(3)]


def lit(client, url=LIST):
    """The ids whose heart is on, and of all that have one."""
    found = re.findall(r'class="card__heart( is-on)?" href="/wish-list/(\d+)/"', client.get(url).content.decode())
    return {int(number) for on, number in found if on}, {int(number) for _on, number in found}


def turn(client, product, act="add"):
    return client.post(f"/wish-list/{product.pk}/", {"act": act})


def test_each_sees_their_own_in_one_shared_page(things, client_of, shopper, other_shopper, anonymous):
    guest, mine, theirs = Client(), client_of(shopper), client_of(other_shopper)
    everything = {product.pk for product in things}
    turn(guest, things[0])
    turn(mine, things[1])
    for _ in range(2):
        assert lit(anonymous) == (set(), everything)
        assert lit(guest) == ({things[0].pk}, everything)
        assert lit(mine) == ({things[1].pk}, everything)
        assert lit(theirs) == (set(), everything)
    turn(mine, things[1], "remove")
    assert lit(mine) == (set(), everything)


@pytest.mark.parametrize("url", ["/", LIST, "/search/?search=weave"])
def test_no_mark_is_left_behind(things, anonymous, client_of, shopper, url):
    for client in (anonymous, client_of(shopper)):
        page = client.get(url).content.decode()
        assert "<!--wished" not in page


def test_a_name_that_looks_like_a_mark_stays_a_name(client_of, shopper):
    thing = goods(name="<!--wished.1:" + "0" * 32 + "-->").product
    mine = client_of(shopper)
    turn(mine, thing)
    assert "&lt;!--wished.1:" in mine.get(LIST).content.decode()


def test_strangers_cost_nothing_and_lists_one_question(things, anonymous, client_of, shopper):
    mine = client_of(shopper)
    for client in (anonymous, mine):
        client.get(LIST)

    def queries(client):
        with CaptureQueriesContext(connection) as seen:
            client.get(LIST)
        return [row["sql"] for row in seen.captured_queries if "wishlist" in row["sql"]]

    assert queries(anonymous) == []
    turn(mine, things[0])
    few = queries(mine)
    for product in things[1:]:
        turn(mine, product)
    assert len(queries(mine)) == len(few) == 1


class TestWithoutScript:
    def test_the_link_leads_to_one_button_and_back(self, things, anonymous):
        url = f"/wish-list/{things[0].pk}/"
        page = anonymous.get(url, headers={"Referer": "http://testserver/products/?page=2"}).content.decode()
        assert "Add to wish list" in page
        assert 'name="next" value="http://testserver/products/?page=2"' in page
        answer = anonymous.post(url, {"act": "add", "next": "http://testserver/products/?page=2"})
        assert answer.url == "http://testserver/products/?page=2"
        assert "On your wish list" in anonymous.get(url).content.decode()
        assert WishListItem.objects.count() == 1

    def test_back_is_a_page_of_this_shop(self, things, anonymous):
        url = f"/wish-list/{things[0].pk}/"
        page = anonymous.get(url, headers={"Referer": "https://evil.example/"}).content.decode()
        assert "evil" not in page
        assert things[0].get_absolute_url() in page

    def test_what_the_shop_does_not_show_has_none(self, things, anonymous):
        archive_product(product_id=things[0].pk)
        for number in (things[0].pk, 0, 10**18):
            assert anonymous.get(f"/wish-list/{number}/").status_code == 404

    def test_nobody_keeps_it(self, things, anonymous):
        assert "no-store" in anonymous.get(f"/wish-list/{things[0].pk}/").headers["Cache-Control"]
