"""Staff ship an order in the admin, in a real browser under the real policies; its customer sees it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from accounts.models import User
from accounts.tests.factories import PASSWORD
from catalog.tests.factories import ProductFactory
from orders.models import Order
from orders.tests.factories import OrderFactory
from orders.tests.stock import assert_stock_agrees, counters

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def order(shopper: User) -> Order:
    variant = ProductFactory(name="Contours 7", stock=5).variants.get()
    return OrderFactory(user=shopper, items=[(variant, 2)])


@pytest.fixture
def complaints(page: Page) -> list[str]:
    """What the browser refused or failed at."""
    heard: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            heard.append(message.text)

    page.on("console", listen)
    page.on("pageerror", lambda error: heard.append(str(error)))
    return heard


def sign_in(page: Page, staff: User) -> None:
    page.get_by_label("E-mail or username").fill(staff.email)
    page.get_by_label("Password").fill(PASSWORD)
    with page.expect_navigation():  # who goes on before the answer is there has not signed in
        page.get_by_role("button", name="Log in").click()


def test_staff_ship_an_order_and_its_customer_sees_it(
    page: Page, browser: Browser, live_server, staff, shopper, order, complaints
):
    page.goto(f"{live_server.url}/admin/")
    sign_in(page, staff)
    page.get_by_role("link", name="1 order to ship").click()
    page.get_by_role("link", name=order.number).click()
    page.get_by_role("link", name="Ship", exact=True).click()
    page.get_by_label("Carrier").fill("DHL")
    page.get_by_label("Tracking number").fill("00340434161094042557")
    page.get_by_label("Tracking page").fill("https://dhl.example/00340434161094042557")
    page.get_by_role("button", name="Book the parcel").click()

    expect(page.get_by_text("The parcel is booked.")).to_be_visible()
    expect(page.locator(".order-states")).to_contain_text("on its way")
    expect(page.locator(".timeline")).to_contain_text("Your order is on its way")
    page.get_by_label("Add a note").fill("Fragile, wrapped twice")
    page.get_by_label("Show it to the customer").check()
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".timeline")).to_contain_text("Fragile, wrapped twice")
    assert complaints == []

    theirs = browser.new_page()
    theirs.goto(f"{live_server.url}/login/?next=/orders/{order.number}/")
    theirs.get_by_label("E-mail or username").fill(shopper.email)
    theirs.get_by_label("Password", exact=True).fill(PASSWORD)
    theirs.get_by_role("button", name="Sign in", exact=True).click()
    expect(theirs.get_by_role("link", name="Follow 00340434161094042557")).to_have_attribute(
        "href", "https://dhl.example/00340434161094042557"
    )
    expect(theirs.get_by_text("Fragile, wrapped twice")).to_be_visible()
    theirs.close()

    order.refresh_from_db()
    assert order.status == "shipped"
    assert counters(order.lines.get().variant) == (3, 0, 0)
    assert_stock_agrees()


def test_buttons_work_without_script(page_without_javascript: Page, live_server, staff, order):
    page = page_without_javascript
    page.goto(f"{live_server.url}/admin/orders/order/{order.pk}/change/")
    sign_in(page, staff)
    page.get_by_role("button", name="Mark as being prepared").click()
    expect(page.get_by_text("1 order is being prepared.")).to_be_visible()
    page.get_by_role("link", name="Cancel", exact=True).click()
    page.get_by_label("Reason").fill("Ordered twice")
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.locator(".order-states")).to_contain_text("cancelled")
    expect(page.locator(".order-steps")).to_have_count(0)


@pytest.mark.parametrize("width", [360, 1440])
def test_nothing_sticks_out(page: Page, live_server, staff, order, width):
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/admin/orders/order/{order.pk}/change/")
    sign_in(page, staff)
    for address in ("change", "ship", "refund", "cancel"):
        page.goto(f"{live_server.url}/admin/orders/order/{order.pk}/{address}/")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
