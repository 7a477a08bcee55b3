"""Pages rendered once for everybody: fresh after every change, and with nothing of anybody in them."""

from __future__ import annotations

import re
import time
import zlib
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.template import Context, Template
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from carts.models import Cart
from catalog.models import Product, StockHold
from catalog.search import tally
from catalog.search.folder import home
from catalog.services.archive_product import archive_product
from catalog.services.count_sales import set_sales
from catalog.services.create_variant import create_variant
from catalog.services.moderate_review import approve_review, refresh_rating
from catalog.services.move_category import move_category
from catalog.services.recommend import store_recommendations
from catalog.services.save_page import update_page
from catalog.services.update_category import update_category
from catalog.services.update_product import update_product
from catalog.services.update_variant import update_variant
from catalog.templatetags import catalog_tags
from catalog.tests.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ImageFactory,
    PageFactory,
    ProductFactory,
    ReviewFactory,
)
from catalog.web import shared as shared_pages
from catalog.web import strangers
from shop.common import personal
from shop.common.digest import NoDigest
from shop.common.personal import fill, mark
from shop.common.unit import run_in_transaction

PAGES = ("/", "/products/", "/categories/prints/", "/search/", "/search/?search=garden", "/products/gate/")

TOKEN = r'name="csrfmiddlewaretoken" value="(\w+)"'

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def shared(settings, monkeypatch):
    settings.SHOP_PAGE_CACHE_SECONDS = 60
    settings.SHOP_HOLD_POLICY = "cart"
    cache.clear()
    monkeypatch.setattr(strangers, "answers", strangers.AnswerCache())
    yield
    cache.clear()


@pytest.fixture
def gate():
    return ProductFactory(
        name="Garden gate", slug="gate", category=CategoryFactory(name="Prints", slug="prints"), price="20.00"
    )


def kept_answers() -> list[str]:
    return [(b"".join(answer.pieces)).decode() for answer in strangers.answers.kept.values()]


def kept_pages() -> list[str]:
    return [
        zlib.decompress(cache.get(key.partition(":")[2].partition(":")[2])["html"]).decode() for key in cache._cache
    ]


@pytest.mark.parametrize("address", PAGES)
def test_a_repeated_page_costs_few_queries_and_is_the_same(client, gate, address, django_assert_max_num_queries):
    first = client.get(address)
    with django_assert_max_num_queries(1):
        again = client.get(address)
    assert without_tokens(again.text) == without_tokens(first.text)


@pytest.mark.parametrize("address", PAGES)
def test_a_first_page_costs_few_queries_too(client, gate, index, address, django_assert_max_num_queries):
    index()
    with django_assert_max_num_queries(6):
        client.get(address)


@pytest.mark.parametrize("address", [*PAGES[:3], *PAGES[4:]])
def test_a_change_shows_at_once(client, gate, address):
    assert "Garden gate" in client.get(address).text
    update_product(product_id=gate.pk, fields={"name": "Garden door"})
    text = client.get(address).text
    assert "Garden door" in text
    assert "Garden gate" not in text
    update_variant(variant_id=gate.variants.get().pk, fields={"price": "31.00"})
    assert "31.00" in client.get(address).text


def test_nothing_is_rendered_again_where_the_page_shows_the_same(client, gate, index, monkeypatch):
    other = ProductFactory(name="Elsewhere", category=CategoryFactory(name="Mugs", slug="mugs"), brand=BrandFactory())
    ProductFactory(name="Another garden gate", category=gate.category)
    for belonging in (ReviewFactory, ImageFactory, AttributeFactory):
        belonging(product=gate)
    refresh_rating(gate)
    index()
    rendered = []
    render = shared_pages.render_shared
    monkeypatch.setattr(shared_pages, "render_shared", lambda *asked: rendered.append(asked) or render(*asked))
    for address in ("/products/gate/", "/categories/prints/", "/search/?search=garden"):
        first = client.get(address).text
        rendered.clear()
        update_product(product_id=other.pk, fields={"name": f"Elsewhere {len(address)}"})
        index()
        assert without_tokens(client.get(address).text) == without_tokens(first)
        assert rendered == []
        update_product(product_id=gate.pk, fields={"subtitle": f"Beside {address}"})
        index()
        client.get(address)
        assert len(rendered) == 1


def test_what_cannot_be_compared_is_rendered_after_each_change(client, gate, monkeypatch, caplog):
    def none(value):
        raise NoDigest

    monkeypatch.setattr(shared_pages, "digest_of", none)
    assert "Garden gate" in client.get("/products/gate/").text
    update_product(product_id=gate.pk, fields={"name": "Garden door"})
    assert "Garden door" in client.get("/products/gate/").text
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == ["page_without_digest"] * 2


def test_what_is_kept_is_what_would_be_made_now(gate, index, shopper, client_of, changes):
    """Every kind of change, on every page: as a process would show it that knows nothing."""
    visitors = (Client(), client_of(shopper))
    for change in changes:
        change()
        for has_index in (False, True):
            if has_index:
                index()
            for address in PAGES:
                kept = [without_tokens(visitor.get(address).text) for visitor in visitors]
                _forget()
                assert kept == [without_tokens(visitor.get(address).text) for visitor in visitors], (change, address)


@pytest.fixture
def changes(gate):
    """All that the pages show, changed one after the other, through the services."""
    variant, page = gate.variants.get(), PageFactory(slug="home-how")
    ImageFactory(product=gate)
    mugs = CategoryFactory(name="Mugs", slug="mugs")
    other = ProductFactory(name="Garden wall", category=mugs)
    review = ReviewFactory(product=gate, status="pending")

    def product(**fields):
        return lambda: update_product(product_id=gate.pk, fields=fields)

    def priced(**fields):
        return lambda: update_variant(variant_id=variant.pk, fields=fields)

    def category(**fields):
        return lambda: update_category(category_id=mugs.pk, fields=fields)

    def written(**fields):
        return lambda: update_page(page_id=page.pk, fields=fields)

    return [
        product(name="Garden door"),
        product(subtitle="Of oak"),
        product(description="<p>Opens.</p>"),
        product(brand="Maker"),
        product(tags=["Oak"]),
        product(attributes=[("Wood", "oak")]),
        product(seo_title="A door"),
        priced(price=Decimal("31.00")),
        priced(compare_at_price=Decimal("40.00")),
        priced(stock_quantity=1),
        priced(stock_quantity=0),
        priced(stock_quantity=9),
        priced(sku="DOOR-1"),
        priced(options={"Size": "S"}),
        lambda: create_variant(product_id=gate.pk, fields={"price": Decimal(9), "options": {"Size": "L"}}),
        lambda: approve_review(review_id=review.pk),
        lambda: run_in_transaction(lambda: set_sales({gate.pk: 3, other.pk: 5})),
        lambda: store_recommendations("similar", {gate.pk: [other.pk]}),
        lambda: update_product(product_id=other.pk, fields={"name": "Garden fence"}),
        category(name="Cups"),
        category(description="To drink from."),
        lambda: move_category(category_id=mugs.pk, target_id=gate.category_id, place="left"),
        category(is_active=False),
        written(title="How"),
        written(body="<p>By hand.</p>"),
        written(in_footer=False),
        written(is_active=False),
        lambda: archive_product(product_id=other.pk),
    ]


def _forget() -> None:
    cache.clear()
    strangers.answers = strangers.AnswerCache()
    shared_pages._frames.clear()
    catalog_tags._cards.clear()
    catalog_tags._facet.cache_clear()


def test_a_page_made_by_an_older_index_is_not_kept_beyond_it(client, gate, index):
    index()
    client.get("/search/?search=garden")
    other = ProductFactory(name="Garden wall")
    assert "Garden wall" not in client.get("/search/?search=garden").text  # the indexer has not come yet
    index()
    assert "Garden wall" in client.get("/search/?search=garden").text
    assert Product.objects.filter(pk=other.pk).exists()


def test_pages_of_an_index_that_is_up_to_date_outlive_its_indexer(client, gate, index, django_assert_num_queries):
    index()
    client.get("/search/?search=garden")
    home().heartbeat.unlink()
    with django_assert_num_queries(1):
        client.get("/search/?search=garden")


def test_a_page_of_an_index_that_nobody_brings_up_to_date_is_made_again(client, gate, index):
    index()
    ProductFactory(name="Garden wall")
    assert "Garden wall" not in client.get("/search/?search=garden").text
    home().heartbeat.unlink()
    assert "Garden wall" in client.get("/search/?search=garden").text


@pytest.mark.parametrize("address", PAGES)
def test_nobody_sees_anybody_else(address, gate, shopper, other_shopper, staff, client_of):
    shopper_page, other_page, staff_page = client_of(shopper), client_of(other_shopper), client_of(staff)
    guest, buyer = Client(), Client()
    for browser, units in ((shopper_page, 7), (buyer, 3)):
        browser.post(
            reverse("carts:add"), {"product_id": gate.pk, "variant_id": gate.variants.get().pk, "quantity": units}
        )
    assert Cart.objects.count() == 2
    expected = {
        shopper_page: (shopper.display_name, 7),
        other_page: (other_shopper.display_name, 0),
        staff_page: (staff.display_name, 0),
        buyer: ("", 3),
        guest: ("", 0),
    }
    names = [name for name, _units in expected.values() if name]
    for _round in range(2):
        for browser, (name, units) in expected.items():
            text = browser.get(address).text
            assert [other for other in names if other in text] == ([name] if name else [])
            assert re.search(rf", {units} items?</span>", text)
            assert ("Sign in" in text) == (not name)
    assert kept_pages()
    for page in [*kept_pages(), *kept_answers()]:
        assert not [name for name in names if name in page]
    for page in kept_pages():
        for own in ("csrfmiddlewaretoken", "Sign in", " items</span>", "sessionid"):
            assert own not in page


def test_what_strangers_see_is_made_by_strangers_only(gate, shopper, client_of, monkeypatch):
    monkeypatch.setattr("shop.common.personal._strangers", {})
    customer = client_of(shopper)
    assert shopper.display_name in customer.get("/products/").text
    assert personal._strangers == {}
    assert "Sign in" in Client().get("/products/").text
    assert set(personal._strangers) == {("tools", "en"), ("account_link", "en")}
    assert not [html for html in personal._strangers.values() if shopper.display_name in html]
    assert shopper.display_name in customer.get("/products/").text


def test_each_visitor_has_a_token_of_their_own(gate):
    tokens = set()
    for _ in range(2):
        browser = Client()
        found = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', browser.get("/products/gate/").text)
        tokens.add(found[1])
        assert browser.cookies["csrftoken"].value
    assert len(tokens) == 2


def test_messages_are_shown_once_to_whom_they_are_for(gate):
    buyer, other = Client(), Client()
    buyer.get("/products/gate/")
    buyer.post(
        reverse("carts:add"),
        {"product_id": gate.pk, "variant_id": gate.variants.get().pk, "quantity": 1, "next": "/products/gate/"},
    )
    seen = [browser.get("/products/gate/").text.count("See your bag") for browser in (other, buyer, buyer, other)]
    assert sum(seen) <= 1
    assert seen[0] == seen[3] == 0


def test_parameters_that_mean_nothing_are_not_kept(client, gate):
    client.get("/products/?utm_source=somebody&ordering=name")
    text = client.get("/products/?ordering=name").text
    assert "somebody" not in text
    assert len(kept_pages()) == 1


def test_what_was_typed_wrongly_is_not_kept(client, gate):
    assert 'value="secret"' in client.get("/products/?min_price=secret").text
    client.get("/search/?search=nothing-like-it")
    assert kept_pages() == []


def test_a_text_is_no_mark(rf: RequestFactory):
    forged = "<!--tools:00000000000000000000000000000000--><!--unknown:00000000000000000000000000000000-->"
    assert fill(forged, rf.get("/"), {}) == forged
    assert mark("tools") not in fill(str(mark("messages")), rf.get("/"), {})


def test_outside_shared_pages_the_part_itself_is_there(rf):
    html = Template('{% load shop_tags %}{% personal "account_link" %}').render(Context({"request": rf.get("/")}))
    assert "Sign in" in html


def test_what_lies_in_bags_is_never_old(gate):
    stock = gate.variants.get().stock
    visitor, buyer = Client(), Client()
    assert "In stock" in visitor.get("/products/gate/").text
    buyer.post(
        reverse("carts:add"), {"product_id": gate.pk, "variant_id": gate.variants.get().pk, "quantity": stock.on_hand}
    )
    assert "in bags at the moment" in visitor.get("/products/gate/").text


@pytest.mark.parametrize("address", PAGES)
def test_the_answer_to_the_next_stranger_has_the_same_headers(gate, address, settings):
    settings.SHOP_HTTPS = False
    first, second = Client().get(address), Client().get(address)
    changing = {"X-Request-ID"}
    assert dict_without(second.headers, changing) == dict_without(first.headers, changing)
    assert second.headers["X-Request-ID"] != first.headers["X-Request-ID"]
    assert "Cookie" in second.headers["Vary"]
    assert second.headers["Content-Security-Policy"]
    assert "nonce-" not in second.headers["Content-Security-Policy"]
    assert int(second.headers["Content-Length"]) == len(second.content)
    assert set(second.cookies) == set(first.cookies)


def test_a_stranger_can_buy_from_a_kept_page_and_no_one_else_with_their_token(gate):
    Client().get("/products/gate/")
    asked = {"product_id": gate.pk, "variant_id": gate.variants.get().pk, "quantity": 1}
    buyer, thief = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    tokens = [re.findall(TOKEN, browser.get("/products/gate/").text) for browser in (buyer, thief)]
    assert [len(found) for found in tokens] == [2, 2]
    assert tokens[0] != tokens[1]
    for browser, token, status in ((thief, tokens[0][0], 403), (buyer, tokens[0][0], 302), (buyer, tokens[0][1], 302)):
        sent = {**asked, "csrfmiddlewaretoken": token}
        assert browser.post(reverse("carts:add"), sent).status_code == status
    assert not [page for page in kept_answers() for token in [*tokens[0], *tokens[1]] if token in page]


def test_a_stranger_keeps_the_token_of_their_cookie(gate):
    browser = Client()
    browser.get("/products/gate/")
    secret = browser.cookies["csrftoken"].value
    browser.get("/products/gate/")
    assert browser.cookies["csrftoken"].value == secret


@pytest.mark.parametrize(
    "headers",
    [
        {"HX-Request": "true"},
        {"Origin": "https://elsewhere.example"},
        {"Authorization": "Bearer something"},
        {"Cookie": "sessionid=unknown"},
        {"Cookie": "another=1; csrftoken=abc"},
    ],
)
def test_whole_answers_are_for_strangers_only(gate, headers):
    Client().get("/products/gate/", headers=headers)
    assert kept_answers() == []


def test_answers_are_kept_for_the_address_they_were_asked_at(gate, settings):
    settings.ALLOWED_HOSTS = ["one.example", "two.example"]
    for host in ("one.example", "two.example"):
        for address in ("/products/gate/", "/products/"):
            assert Client().get(address, headers={"Host": host}).status_code == 200
    assert len(kept_answers()) == 4
    assert Client().get("/products/", headers={"Host": "three.example"}).status_code == 400
    assert Client().post("/products/", headers={"Host": "one.example"}).status_code == 405
    assert len(kept_answers()) == 4


def test_a_hold_that_ends_shows_at_once(gate):
    variant = gate.variants.get()
    visitor, buyer = Client(), Client()
    visitor.get("/products/gate/")
    asked = {"product_id": gate.pk, "variant_id": variant.pk, "quantity": variant.stock.on_hand}
    buyer.post(reverse("carts:add"), asked)
    for _again in range(2):
        assert "in bags at the moment" in visitor.get("/products/gate/").text
    StockHold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    for _again in range(2):
        assert "in bags at the moment" not in visitor.get("/products/gate/").text


def test_the_cache_gives_up_what_was_not_asked_for_longest(client, gate, monkeypatch):
    client.get("/products/")
    size = strangers.answers.size
    monkeypatch.setattr(strangers, "MOST_BYTES", 3 * size)
    for ordering in ("name", "price", "-price", "-rating"):
        client.get("/products/")
        client.get(f"/products/?ordering={ordering}")
    assert 2 <= len(kept_answers()) <= 3
    assert strangers.answers.size == sum(answer.size for answer in strangers.answers.kept.values())
    assert ("/products/", "") in {(address[3], address[4]) for address in strangers.answers.kept}


def test_what_nobody_asks_for_twice_fills_no_memory(client, gate):
    for number in range(20):
        client.get(f"/search/suggest/?search=zz{number}&x={'y' * 400}")
        client.get(f"/search/suggest/?search=zz{number}{'y' * 600}")
    assert kept_answers() == []
    client.get("/search/suggest/?search=zz")
    assert strangers.answers.size > 4_000, "an empty answer takes room, too"


def test_two_who_put_the_same_count_once(client, gate):
    client.get("/products/")
    (address, answer), size = strangers.answers.kept.popitem(), strangers.answers.size
    strangers.answers.size = 0
    for _again in range(2):
        strangers.answers.put(address, answer)
    assert strangers.answers.size == size


def test_a_page_from_the_cache_is_no_younger_for_being_kept_again(client, gate, monkeypatch):
    client.get("/products/")
    strangers.answers.kept.clear()
    made = time.time()
    monkeypatch.setattr(strangers.time, "time", lambda: made + 40)
    client.get("/products/")
    (answer,) = strangers.answers.kept.values()
    assert answer.until < made + 61


def test_answers_end_with_the_time_they_may_be_kept(client, gate, monkeypatch, django_assert_max_num_queries):
    client.get("/products/")
    now = time.time()
    monkeypatch.setattr(strangers.time, "time", lambda: now + 61)
    cache.clear()
    Product.objects.update(name="Written past the services")
    assert "Written past the services" in client.get("/products/").text


def test_counts_are_remembered_until_the_index_goes_on(client, gate, index, monkeypatch):
    index()
    for address in ("/", "/products/", "/products/?ordering=name", "/products/?ordering=price"):
        client.get(address)
    counted = []
    measure = tally.measure
    monkeypatch.setattr(tally, "measure", lambda *asked: counted.append(asked) or measure(*asked))
    text = client.get("/products/?ordering=-price").text
    assert counted == []
    assert '<span>Prints</span><span class="num">1</span>' in text
    ProductFactory(category=gate.category)
    index()
    for _again in range(2):
        assert '<span>Prints</span><span class="num">2</span>' in client.get("/products/?ordering=-price").text
    assert len(counted) == 1
    assert '<span class="muted num small">2</span>' in client.get("/").text


def test_suggestions_are_kept_too_and_follow_a_change(client, gate, index, django_assert_num_queries):
    index()
    address = "/search/suggest/?search=gard"
    assert "Garden gate" in client.get(address).text
    with django_assert_num_queries(1):
        again = client.get(address)
    assert "Garden gate" in again.text
    assert again["X-Robots-Tag"] == "noindex"
    update_product(product_id=gate.pk, fields={"name": "Garden door"})
    index()
    assert "Garden door" in client.get(address).text


def dict_without(headers, names):
    return {name: value for name, value in headers.items() if name not in names}


def without_tokens(text: str) -> str:
    return re.sub(r'value="\w{64}"', "", text)
