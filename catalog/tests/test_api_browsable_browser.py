"""The API in Chromium: its forms send what they say, in light and dark, with nothing refused."""

from __future__ import annotations

from decimal import Decimal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from accounts.models import User
from accounts.tests.factories import PASSWORD
from catalog.models import Product
from catalog.tests.factories import ProductFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def sign_in(page: Page, address: str, staff: User) -> None:
    page.goto(f"{address}/login/")
    page.get_by_label("E-mail").fill(staff.email)
    page.locator("#id_password").fill(PASSWORD)
    with page.expect_navigation():
        page.locator("#id_password").press("Enter")


@pytest.mark.parametrize(("width", "scheme", "paper"), [(360, "dark", "19, 21, 20"), (1440, "light", "251, 250, 247")])
def test_staff_click_through_it(browser: Browser, live_server, staff, width, scheme, paper):
    product = ProductFactory(name="Paper Boat", price=Decimal("10.00"), stock=3)
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    heard: list[str] = []
    page.on("console", lambda message: heard.append(message.text) if "404" not in message.text else None)
    page.on("pageerror", lambda error: heard.append(str(error)))
    sign_in(page, live_server.url, staff)

    for path in ("products", f"products/{product.pk}/images", "products/0", f"products/{product.pk}"):
        page.goto(f"{live_server.url}/api/{path}")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == f"rgb({paper})"
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()

    page.get_by_label("Content").fill('{"name": "Paper Ship"}')
    page.get_by_role("button", name="PATCH").click()
    expect(page.locator(".prettyprint")).to_contain_text('"Paper Ship"')
    page.get_by_label("Content").fill('{"name": ""}')
    page.get_by_role("button", name="PATCH").click()
    expect(page.locator(".is-error")).to_have_text("HTTP 400 Bad Request")
    page.get_by_text("DELETE…").click()
    page.get_by_role("button", name="Yes, delete").click()
    expect(page.locator(".is-good")).to_have_text("HTTP 204 No Content")
    context.close()
    assert Product.objects.get(pk=product.pk).status == "archived"
    assert [said for said in heard if "405" not in said and "400" not in said] == []
