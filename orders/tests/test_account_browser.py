"""An account's whole life in Chromium with scripts off: joined, proved, secured, bought with, packed, closed."""

from __future__ import annotations

import re
import time

import pytest
from playwright.sync_api import Page, expect

from accounts.models import DataExport, User
from accounts.selectors.totp import PERIOD, code_at
from accounts.tests.factories import PASSWORD
from carts.tests.factories import default_prices, goods
from catalog.tests.factories import ImageFactory, picture_file
from orders.models import Order
from shop.testing.work import run_tasks

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

EMAIL = "ada@example.org"


def follow(page: Page, name: str) -> None:
    page.get_by_label("Pages of your account").get_by_role("link", name=name, exact=True).click()


def test_the_life_of_an_account(page_without_javascript: Page, live_server, code_sent_to):
    page = page_without_javascript
    default_prices()
    variant = goods(price="20.00", name="Contours 7")
    ImageFactory(product=variant.product, file=picture_file())
    page.goto(f"{live_server.url}/register/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    page.get_by_role("link", name="Type it in").click()
    page.get_by_label("Code").fill(code_sent_to(EMAIL))
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_text("confirmed", exact=True)).to_be_visible()

    _keep_an_address(page)
    secret = _set_up_an_app(page)
    _come_back_with_it(page, live_server.url, secret)
    _buy_with_the_address(page, live_server.url, variant)
    _pack_the_data(page, live_server.url)
    _close(page)
    assert User.objects.get().anonymized_at
    assert Order.objects.get().email.endswith("@closed.invalid")
    page.go_back()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def _keep_an_address(page: Page) -> None:
    follow(page, "Addresses")
    page.get_by_role("link", name="Add an address").click()
    page.get_by_label("Full name").fill("Ada Berg")
    page.get_by_label("Street and number").fill("Hafenstraße 12")
    page.get_by_label("Postcode").fill("20359")
    page.get_by_label("Town").fill("Hamburg")
    page.get_by_role("button", name="Save address").click()
    expect(page.get_by_text("For delivery")).to_be_visible()


def _set_up_an_app(page: Page) -> str:
    follow(page, "Security")
    page.get_by_role("link", name="Set up an app").click()
    secret = re.sub(r"\s", "", page.locator("code").inner_text())
    page.get_by_label("Code", exact=True).fill(code_at(secret, int(time.time()) // PERIOD))
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your recovery codes")
    assert page.locator(".account__codes li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_text("10 left")).to_be_visible()
    return secret


def _come_back_with_it(page: Page, url: str, secret: str) -> None:
    with page.expect_navigation():
        page.get_by_label("Pages of your account").get_by_role("button", name="Sign out").click()
    page.goto(f"{url}/login/")
    page.get_by_label("E-mail or username").fill(EMAIL)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more step")
    # The present step was spent when the app was set up.
    page.get_by_label("Code").fill(code_at(secret, int(time.time()) // PERIOD + 1))
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Hello, ada")


def _buy_with_the_address(page: Page, url: str, variant) -> None:
    page.goto(f"{url}{variant.product.get_absolute_url()}")
    page.get_by_role("button", name="Add to wish list").click()
    expect(page.get_by_role("button", name="On your wish list")).to_be_visible()
    with page.expect_navigation():
        page.locator("#buy").get_by_role("button", name="Add to bag").last.click()
    page.goto(f"{url}/order-summary/")
    expect(page.get_by_text("Hafenstraße 12").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Confirm")).click()
    page.get_by_role("link", name="4242 4242 4242 4242").click()
    page.get_by_role("button", name=re.compile("^Pay ")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Thank you, Ada Berg")
    page.get_by_role("link", name="Look at the order").click()
    page.get_by_role("link", name="Cancel this order").click()
    page.get_by_role("button", name="Cancel the order").click()
    expect(page.get_by_text("The order is cancelled.")).to_be_visible()
    run_tasks()


def _pack_the_data(page: Page, url: str) -> None:
    page.goto(f"{url}/account/privacy/")
    page.get_by_role("button", name="Pack my data").click()
    expect(page.get_by_text("being packed")).to_be_visible()
    run_tasks()
    page.reload()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert download.value.suggested_filename == "your-data.zip"
    assert DataExport.objects.get().ready_at


def _close(page: Page) -> None:
    page.get_by_role("link", name="Close my account").click()
    page.get_by_label("Present password").fill(PASSWORD)
    page.get_by_role("button", name="Close my account for good").click()
    expect(page.get_by_text("Your account is closed.")).to_be_visible()
