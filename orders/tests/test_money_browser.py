"""Codes, gift cards and the gateway's page in Chromium: with script and without; axe finds nothing."""

from __future__ import annotations

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from carts.services.gift_cards import issue_gift_card
from carts.tests.factories import goods
from carts.tests.promotions import promotion
from orders.tests.factories import OrderFactory
from orders.tests.pages import fill_bag, place

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("prices")]


@pytest.fixture(params=["script", "no script"])
def any_page(request: pytest.FixtureRequest, page: Page, page_without_javascript: Page) -> Page:
    return page if request.param == "script" else page_without_javascript


def go_as(context: BrowserContext, client: Client, url: str) -> None:
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def test_a_code_and_a_gift_card(any_page: Page, live_server):
    promotion(value="10", code="SPRING", name="Spring sale")
    code = issue_gift_card(amount=Decimal("20.00")).code
    go_as(any_page.context, fill_bag(Client(), (goods(price="40.00", name="Contours 7"), 1)), live_server.url)
    any_page.set_viewport_size({"width": 360, "height": 740})

    any_page.goto(f"{live_server.url}/cart/")
    any_page.get_by_text("I have a code").click()
    any_page.get_by_label("Code", exact=True).fill("nope")
    any_page.get_by_role("button", name="Use the code").click()
    expect(any_page.get_by_text("We do not know this code")).to_be_visible()
    any_page.get_by_label("Code", exact=True).fill("spring")
    any_page.get_by_role("button", name="Use the code").click()
    expect(any_page.get_by_text("Spring sale")).to_be_visible()

    any_page.goto(f"{live_server.url}/order-summary/")
    any_page.get_by_label("Full name").first.fill("Ines Albrecht")
    any_page.get_by_text("I have a gift card").click()
    any_page.get_by_label("Gift card").fill(code)
    any_page.get_by_role("button", name="Use the gift card").click()
    expect(any_page.get_by_text("Left to pay")).to_be_visible()
    expect(any_page.get_by_role("button", name="Confirm and pay €20.90")).to_be_visible()
    expect(any_page.get_by_label("Full name").first).to_have_value("Ines Albrecht")


def test_where_stripes_script_cannot_be_loaded_its_own_page_is_offered(page: Page, live_server, settings):
    settings.SHOP_GATEWAYS = ["stripe"]
    settings.SHOP_STRIPE_SECRET_KEY, settings.SHOP_STRIPE_PUBLISHABLE_KEY = "sk_test_1", "pk_test_1"
    client = fill_bag(Client(), (goods(price="40.00"), 1))
    order = place(client, payment_method="stripe")
    go_as(page.context, client, live_server.url)
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None)
    page.route("https://js.stripe.com/**", lambda route: route.abort())
    page.goto(f"{live_server.url}/orders/{order.number}/pay/")
    expect(page.get_by_text("The card fields could not be loaded")).to_be_visible()
    expect(page.get_by_role("button", name="Pay €44.90")).to_be_visible()
    assert refused == []
    assert Axe().run(page).response["violations"] == []


def test_asking_for_a_return_with_the_keyboard_alone(any_page: Page, live_server, shopper, client_of):
    order = OrderFactory(user=shopper, items=[(goods(price="40.00", name="Contours 7"), 2)], status="delivered")
    go_as(any_page.context, client_of(shopper), live_server.url)
    any_page.set_viewport_size({"width": 360, "height": 740})
    any_page.goto(f"{live_server.url}/orders/{order.number}/")
    any_page.get_by_role("link", name="Send something back").press("Enter")
    any_page.get_by_role("button", name="Ask for the return").press("Enter")
    expect(any_page.get_by_text("Please say what you want to send back.")).to_be_visible()
    assert any_page.evaluate("document.documentElement.scrollWidth") == 360
    any_page.get_by_label("Contours 7").select_option("1")
    any_page.get_by_role("button", name="Ask for the return").press("Enter")
    expect(any_page.get_by_text("What you send back")).to_be_visible()
    assert order.returns.get().lines.get().quantity == 1


def test_nothing_is_in_the_way_of_asking_for_a_return(page: Page, live_server, shopper, client_of):
    order = OrderFactory(user=shopper, status="delivered")
    go_as(page.context, client_of(shopper), live_server.url)
    for address in (f"/orders/{order.number}/return/", f"/orders/{order.number}/"):
        page.goto(live_server.url + address)
        assert Axe().run(page).response["violations"] == []
