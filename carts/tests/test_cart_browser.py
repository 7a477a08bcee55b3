"""The cart in Chromium: with script it changes in place, without it by plain forms; axe finds nothing."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from carts.models import CartLine
from carts.services.saved import save_for_later
from carts.tests.factories import add, counters, full_cart, goods, guest
from carts.web.shopper import CART
from catalog.models import Stock
from catalog.tests.factories import ProductFactory, VariantFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("prices")]


@pytest.fixture(params=["script", "no script"])
def any_page(request, page: Page, page_without_javascript: Page) -> Page:
    return page if request.param == "script" else page_without_javascript


def bag(page: Page, live_server, who) -> Page:
    """The cart's page of this guest."""
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[CART] = who.cart_id
    session.create()
    page.context.add_cookies([{"name": "sessionid", "value": session.session_key, "url": live_server.url}])
    page.goto(f"{live_server.url}/cart/")
    return page


def lines() -> list[int]:
    return list(CartLine.objects.values_list("quantity", flat=True))


def count_in_header(page: Page):
    return page.locator("#bag .tool__count")


def test_from_a_product_into_the_bag_and_through_it(any_page: Page, live_server):
    product = ProductFactory(name="Contours 7", variants=0)
    VariantFactory(product=product, price="49.00", stock=5, options={"Size": "30 × 40"})
    any_page.goto(live_server.url + product.get_absolute_url())
    any_page.get_by_role("button", name=re.compile("Add to bag, €49")).click()
    expect(any_page.get_by_text("Contours 7, 30 × 40 is in your bag.")).to_be_visible()
    expect(count_in_header(any_page)).to_have_text("1")

    any_page.goto(f"{live_server.url}/cart/")
    any_page.get_by_role("button", name="One more: Contours 7").click()
    expect(any_page.get_by_text("€98.00").first).to_be_visible()
    expect(count_in_header(any_page)).to_have_text("2")

    any_page.get_by_label("Quantity: Contours 7").fill("4")
    any_page.get_by_label("Quantity: Contours 7").press("Enter")
    expect(any_page.get_by_text("€196.00").first).to_be_visible()
    assert lines() == [4]

    any_page.get_by_role("button", name=re.compile("Save for later.*Contours 7")).click()
    expect(any_page.get_by_role("heading", name="Saved for later")).to_be_visible()
    expect(any_page.get_by_role("heading", name="There is nothing in your bag.")).to_be_visible()
    any_page.get_by_role("button", name=re.compile("Move to bag.*Contours 7")).click()
    expect(count_in_header(any_page)).to_have_text("4")

    any_page.get_by_role("button", name=re.compile("Remove.*Contours 7")).click()
    expect(any_page.locator(".cart__removed")).to_contain_text("Contours 7, 30 × 40 was removed.")
    any_page.get_by_role("button", name="Put it back").click()
    expect(count_in_header(any_page)).to_have_text("4")
    assert counters(product.variants.get()) == (5, 4, 0)


def test_where_it_goes(any_page: Page, live_server):
    who = guest()
    add(who, goods(price="20.00"))
    bag(any_page, live_server, who)
    expect(any_page.get_by_text("Delivery to Germany")).to_be_visible()
    any_page.get_by_text("Delivery: where to and how").click()
    any_page.get_by_label("Country").select_option("AT")
    any_page.get_by_role("button", name="Work it out").click()
    expect(any_page.get_by_text("Delivery to Austria")).to_be_visible()
    expect(any_page.locator("dd.total")).to_have_text("€29.90")


def test_more_than_there_is_is_said_at_the_line(page_without_javascript: Page, live_server):
    page = page_without_javascript
    who = guest()
    line = add(who, goods(stock=3, name="Contours 7"), 2)
    bag(page, live_server, who)
    Stock.objects.filter(pk=line.variant_id).update(on_hand=2)
    page.get_by_role("button", name="One more: Contours 7").click()
    expect(page.get_by_role("alert")).to_contain_text("All 2 there are of Contours 7 are in your bag already.")
    assert lines() == [2]


class TestScript:
    def test_quick_presses_add_up_and_the_focus_stays(self, page: Page, live_server):
        who = guest()
        add(who, goods(stock=10, name="Contours 7"))
        bag(page, live_server, who)
        more = page.get_by_role("button", name="One more: Contours 7")
        for _ in range(3):
            more.click()
        expect(page.get_by_text("€80.00").first).to_be_visible()
        expect(count_in_header(page)).to_have_text("4")
        expect(more).to_be_focused()
        assert lines() == [4]

    def test_the_change_is_said(self, page: Page, live_server):
        who = guest()
        add(who, goods(name="Contours 7"), 1)
        bag(page, live_server, who)
        page.get_by_role("button", name=re.compile("Remove.*Contours 7")).click()
        expect(page.locator("#cart-said")).to_contain_text("Contours 7 was removed.")
        expect(page.get_by_role("heading", name="Most wanted just now")).to_be_visible()

    def test_the_time_is_counted_down_and_its_end_said(self, page: Page, live_server):
        who = full_cart(lines=1)
        bag(page, live_server, who)
        expect(page.locator("[data-left]")).to_have_text(re.compile(r"^14:\d\d$"))
        page.evaluate("document.querySelector('[data-hold]').dataset.ends = new Date().toISOString()")
        expect(page.get_by_text("The time is over.")).to_be_visible()
        expect(page.get_by_role("button", name="Hold it longer")).to_be_visible()
        page.get_by_role("button", name="Hold it longer").click()
        expect(page.get_by_text("Everything here is held for you for")).to_be_visible()

    def test_a_line_that_was_removed_in_another_window(self, page: Page, live_server):
        who = guest()
        line = add(who, goods(name="Contours 7"))
        bag(page, live_server, who)
        CartLine.objects.filter(pk=line.pk).delete()
        page.get_by_role("button", name="One more: Contours 7").click()
        expect(page.get_by_text("This is no longer in your bag.")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1440])
def test_axe_finds_nothing_and_nothing_overflows(page: Page, live_server, scheme, width):
    who = guest()
    add(who, goods(name="A name that is rather long for a thing that is as small as this one"), 2)
    few, none = add(who, goods(stock=3), 3), add(who, goods(), 1)
    saved = add(who, goods(), 1)
    save_for_later(shopper=who, line_id=saved.public_id)
    for variant, units in ((few.variant, 1), (none.variant, 0)):
        Stock.objects.filter(pk=variant.pk).update(held=0, on_hand=units)
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": width, "height": 900})
    bag(page, live_server, who)
    page.get_by_text("Delivery: where to and how").click()
    found = Axe().run(page).response["violations"]
    assert [(v["id"], [node["target"] for node in v["nodes"]]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_an_empty_bag_is_no_dead_end(page: Page, live_server):
    ProductFactory(name="Contours 7")
    page.goto(f"{live_server.url}/cart/")
    expect(page.get_by_role("link", name="Contours 7", exact=True)).to_be_visible()
    assert Axe().run(page).violations_count == 0
