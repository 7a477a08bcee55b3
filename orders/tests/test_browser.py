"""Checkout, payment and orders in Chromium: with script and without, on phones and wide screens; axe finds nothing."""

from __future__ import annotations

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect

from accounts.models import User
from accounts.tests.factories import AddressFactory
from carts.tests.factories import goods
from catalog.tests.factories import ImageFactory, picture_file
from orders.models import Order
from orders.services.pay import PayOrder, pay_order
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory
from orders.tests.pages import fill_bag
from shop.testing.work import run_tasks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("prices")]

PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
CHALLENGE, HANGS = "4000000000003220", "4000000000000119"


@pytest.fixture(params=["script", "no script"])
def any_page(request: pytest.FixtureRequest, page: Page, page_without_javascript: Page) -> Page:
    return page if request.param == "script" else page_without_javascript


def go_as(context: BrowserContext, client: Client, url: str) -> None:
    """Let the browser be who the test client is."""
    context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": url}])


def contours(stock: int = 9):
    variant = goods(price="20.00", name="Contours 7", stock=stock)
    ImageFactory(product=variant.product, file=picture_file())
    return variant


def fill_in(page: Page) -> None:
    page.get_by_label("E-mail").fill("ines@example.org")
    fill_in_address(page)


def fill_in_address(page: Page) -> None:
    page.get_by_label("Full name").first.fill("Ines Albrecht")
    page.get_by_label("Street and number").first.fill("Hafenstraße 12")
    page.get_by_label("Postcode").first.fill("20359")
    page.get_by_label("Town").first.fill("Hamburg")


def choose(page: Page, words: str) -> None:
    """The radio button lies, unseen, over its tile."""
    page.locator("label.choice", has_text=words).click()


def test_a_guest_buys(any_page: Page, live_server):
    go_as(any_page.context, fill_bag(Client(), (contours(), 2)), live_server.url)
    any_page.goto(f"{live_server.url}/order-summary/")
    fill_in(any_page)
    any_page.get_by_role("button", name="Confirm and pay €44.90").click()

    expect(any_page.get_by_role("heading", level=1)).to_have_text("Pay €44.90")
    any_page.get_by_role("link", name="4000 0000 0000 0002").click()
    any_page.get_by_role("button", name="Pay €44.90").click()
    expect(any_page.get_by_role("alert")).to_contain_text("The card was declined.")
    any_page.get_by_role("link", name="4000 0000 0000 3220").click()
    any_page.get_by_role("button", name="Pay €44.90").click()
    any_page.get_by_role("button", name="Yes, pay €44.90").click()

    expect(any_page.get_by_role("heading", level=1)).to_have_text("Thank you, Ines Albrecht")
    order = Order.objects.get()
    assert (order.status, order.email, str(order.total)) == ("paid", "ines@example.org", "44.90")
    any_page.get_by_role("link", name="Look at the order").click()
    any_page.get_by_role("link", name="Cancel this order").click()
    any_page.get_by_role("button", name="Cancel the order").click()
    expect(any_page.get_by_text("The order is cancelled.")).to_be_visible()


def test_a_customer_buys_to_another_address(any_page: Page, live_server, shopper: User):
    home = AddressFactory(user=shopper, full_name="Ines at home")
    client = Client()
    client.force_login(shopper)
    go_as(any_page.context, fill_bag(client, (contours(), 1)), live_server.url)
    any_page.goto(f"{live_server.url}/order-summary/")
    expect(any_page.get_by_role("radio", name="Ines at home")).to_be_checked()
    expect(any_page.get_by_label("Street and number").first).to_be_hidden()

    choose(any_page, "Another address")
    fill_in_address(any_page)
    any_page.get_by_label("Keep this address in my account").check()
    choose(any_page, "Bank transfer")
    any_page.get_by_role("button", name="Confirm and pay €24.90").click()
    expect(any_page.get_by_role("heading", name="Your transfer")).to_be_visible()
    assert shopper.addresses.exclude(pk=home.pk).get().full_name == "Ines Albrecht"

    any_page.get_by_role("link", name="Pay another way").click()
    any_page.get_by_role("link", name="4242 4242 4242 4242").click()
    any_page.get_by_role("button", name="Pay €24.90").click()
    expect(any_page.get_by_text("€24.90 paid")).to_be_visible()
    any_page.goto(f"{live_server.url}/orders/")
    expect(any_page.locator(".orders__one")).to_contain_text(Order.objects.get().number)


def test_another_country_and_way_of_delivery_without_script(page_without_javascript: Page, live_server):
    page = page_without_javascript
    go_as(page.context, fill_bag(Client(), (contours(), 1)), live_server.url)
    page.goto(f"{live_server.url}/order-summary/")
    fill_in(page)
    choose(page, "Express")
    page.get_by_role("button", name="Update delivery and total").click()
    expect(page.locator("#sums")).to_contain_text("€29.90")
    expect(page.get_by_label("Town").first).to_have_value("Hamburg")
    page.get_by_label("Country").first.select_option("CH")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Update delivery and total").click()
    expect(page.locator("#shipping")).not_to_contain_text("Express")
    expect(page.get_by_role("button", name="Confirm and pay €29.90")).to_be_visible()


def test_another_country_and_way_of_delivery_with_script(page: Page, live_server):
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    go_as(page.context, fill_bag(Client(), (contours(), 1)), live_server.url)
    page.goto(f"{live_server.url}/order-summary/")
    expect(page.get_by_role("button", name="Update delivery and total")).to_be_hidden()
    fill_in(page)
    choose(page, "Express")
    expect(page.locator("#sums")).to_contain_text("€29.90")
    expect(page.get_by_role("radio", name="Express")).to_be_focused()
    page.get_by_label("Country").first.select_option("US")
    page.get_by_label("Town").first.fill("Portland")
    expect(page.locator("#shipping")).to_contain_text("International")
    expect(page.get_by_label("Town").first).to_have_value("Portland")
    expect(page.get_by_label("E-mail")).to_have_value("ines@example.org")
    page.get_by_label("Postcode").first.fill("97201")
    page.get_by_role("button", name="Confirm and pay €39.90").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Pay €39.90")
    assert said == []


def test_the_invoice_address_opens_when_it_is_wanted(any_page: Page, live_server):
    go_as(any_page.context, fill_bag(Client(), (contours(), 1)), live_server.url)
    any_page.goto(f"{live_server.url}/order-summary/")
    expect(any_page.locator("#id_billing_line1")).to_be_hidden()
    any_page.get_by_label("Send the invoice to another address").check()
    expect(any_page.locator("#id_billing_line1")).to_be_visible()


def test_errors_take_the_focus_and_lead_to_their_fields(any_page: Page, live_server):
    go_as(any_page.context, fill_bag(Client(), (contours(), 1)), live_server.url)
    any_page.goto(f"{live_server.url}/order-summary/")
    fill_in(any_page)
    any_page.get_by_label("Postcode").first.fill("2035")
    any_page.get_by_role("button", name="Confirm and pay").click()
    expect(any_page.get_by_role("alert")).to_be_focused()
    any_page.get_by_role("link", name="A postcode in Germany looks like 20359.").click()
    expect(any_page).to_have_url(re.compile("#id_delivery_postcode$"))
    expect(any_page.get_by_label("Postcode").first).to_have_value("2035")


def test_waiting_goes_on_by_itself(any_page: Page, live_server, shopper: User):
    order = OrderFactory(user=shopper, status="pending")
    pay_order(PayOrder(order_id=order.pk, token=HANGS))
    client = Client()
    client.force_login(shopper)
    go_as(any_page.context, client, live_server.url)
    any_page.goto(f"{live_server.url}/orders/{order.number}/pay/waiting/")
    expect(any_page.get_by_role("heading", level=1)).to_have_text("We wait for the bank")
    for _ in range(9):
        run_tasks(also_later=True)
    expect(any_page.get_by_text("The bank did not answer. You can try again.")).to_be_visible(timeout=15_000)


def prepare(shopper: User) -> tuple[Client, list[str]]:
    """A customer with orders in every state, and the addresses of their pages."""
    AddressFactory(user=shopper)
    paid, transfer = (
        OrderFactory(user=shopper, note="Knock"),
        OrderFactory(user=shopper, status="pending", payment_method="transfer"),
    )
    open_, asked, waits = (OrderFactory(user=shopper, status="pending") for _ in range(3))
    pay_order(PayOrder(order_id=asked.pk, token=CHALLENGE))
    pay_order(PayOrder(order_id=waits.pk, token=HANGS))
    sent = OrderFactory(user=shopper, items=[(contours(), 1), (contours(), 2)])
    ship_order(Parcel(order_id=sent.pk, carrier="DHL", tracking_number="00340434161094042557"))
    client = Client()
    client.force_login(shopper)
    fill_bag(client, (contours(), 2))
    pages = [f"/orders/{order.number}/" for order in (paid, transfer, open_, sent)]
    pages += [f"/orders/{order.number}/confirmation/" for order in (paid, transfer, open_)]
    pages += [f"/orders/{paid.number}/cancel/", f"/orders/{open_.number}/pay/"]
    pages += [f"/orders/{asked.number}/pay/confirm/", f"/orders/{waits.number}/pay/waiting/"]
    return client, [*pages, "/order-summary/", "/orders/", "/orders/?status=refunded", "/orders/find/"]


def send(page: Page, button: str) -> None:
    """Press a button and wait for the page that answers: between two pages there is no document to look at."""
    with page.expect_navigation():
        page.get_by_role("button", name=button).click()


def check(page: Page, address: str) -> dict[str, str]:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
    found = Axe().run(page)
    return {address: found.generate_report()} if found.violations_count else {}


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (WIDE, "light")], ids=["phone-dark", "wide-light"])
def test_axe_finds_nothing(browser: Browser, live_server, size, scheme, shopper: User):
    client, addresses = prepare(shopper)
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    go_as(context, client, live_server.url)
    page = context.new_page()
    problems: dict[str, str] = {}
    for address in addresses:
        page.goto(live_server.url + address)
        problems |= check(page, address)
    page.goto(f"{live_server.url}/order-summary/")
    choose(page, "Another address")
    page.get_by_label("Send the invoice to another address").check()
    send(page, "Confirm and pay")
    problems |= check(page, "summary with errors")
    page.goto(live_server.url + next(address for address in addresses if address.endswith("/pay/")))
    send(page, "Pay €44.90")
    problems |= check(page, "payment with errors")
    page.goto(f"{live_server.url}/orders/find/")
    send(page, "Mail me the link")
    problems |= check(page, "find with errors")
    context.close()
    assert problems == {}


def test_nothing_is_wider_than_the_smallest_phone(browser: Browser, live_server, shopper: User):
    client, addresses = prepare(shopper)
    context = browser.new_context(viewport={"width": 320, "height": 640})
    go_as(context, client, live_server.url)
    page = context.new_page()
    for address in addresses:
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    context.close()


def test_a_guest_without_orders(page: Page, live_server):
    page.goto(f"{live_server.url}/orders/")
    assert check(page, "/orders/") == {}
