"""Suggestions in Chromium: by keyboard, by mouse, with slow answers, and without script."""

from __future__ import annotations

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from catalog.tests.factories import CategoryFactory, ImageFactory, ProductFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WIDE, PHONE = {"width": 1440, "height": 900}, {"width": 360, "height": 740}


@pytest.fixture(autouse=True)
def goods(live_server):
    gates = CategoryFactory(slug="gates", name="Garden gates")
    for number in range(3):
        product = ProductFactory(
            name=f"Garden {number}", slug=f"garden-{number}", category=gates, popularity=9 - number
        )
    ImageFactory(product=product)


def type_in(page: Page, live_server, text: str):
    page.set_viewport_size(WIDE)
    page.goto(live_server.url)
    field = page.locator("#header-search")
    field.click()
    field.press_sequentially(text)
    return field


def test_by_keyboard(page: Page, live_server):
    field = type_in(page, live_server, "gard")
    options = page.locator("[role=option]:visible")
    expect(options).to_have_count(4)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".suggest-home [role=status]").first).to_have_text("4 suggestions")
    field.press("ArrowDown")
    field.press("ArrowDown")
    expect(options.nth(1)).to_have_attribute("aria-selected", "true")
    assert field.get_attribute("aria-activedescendant") == options.nth(1).get_attribute("id")
    field.press("ArrowUp")
    field.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None
    field.press("ArrowUp")
    expect(options.nth(3)).to_have_attribute("aria-selected", "true")
    field.press("Escape")
    expect(options).to_have_count(0)
    expect(field).to_have_value("gard")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press("ArrowDown")
    field.press("ArrowDown")
    with page.expect_navigation():
        field.press("Enter")
    assert page.url == f"{live_server.url}/products/garden-0/"


def test_enter_searches_what_is_typed(page: Page, live_server):
    field = type_in(page, live_server, "gard")
    expect(page.locator("[role=option]:visible")).to_have_count(4)
    with page.expect_navigation():
        field.press("Enter")
    assert page.url == f"{live_server.url}/search/?search=gard"


def test_by_mouse_and_leaving(page: Page, live_server):
    field = type_in(page, live_server, "garden 1")
    options = page.locator("[role=option]:visible")
    expect(options.first).to_be_visible()
    page.locator("h1").first.click()
    expect(options).to_have_count(0)
    field.click()
    with page.expect_navigation():
        options.filter(has_text="Garden 1").click()
    assert page.url == f"{live_server.url}/products/garden-1/"


def test_a_late_answer_to_an_earlier_question_is_dropped(page: Page, live_server):
    def slow(route):
        if route.request.url.endswith("search=ga"):
            time.sleep(0.8)
        route.continue_()

    page.route("**/search/suggest/**", slow)
    field = type_in(page, live_server, "ga")
    page.wait_for_timeout(250)
    field.press_sequentially("te")
    expect(page.locator("[role=option]:visible")).to_have_count(1)
    page.wait_for_timeout(1000)
    expect(page.locator("[role=option]:visible")).to_have_text("All of Garden gates")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessible_while_open(page: Page, live_server, scheme):
    page.emulate_media(color_scheme=scheme)
    type_in(page, live_server, "gard").press("ArrowDown")
    expect(page.locator("[role=option]:visible")).to_have_count(4)
    assert Axe().run(page).response["violations"] == []
    page.set_viewport_size(PHONE)
    page.goto(f"{live_server.url}/search/")
    page.locator("#search").press_sequentially("gard")
    expect(page.locator("[role=option]:visible")).to_have_count(4)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    assert Axe().run(page).response["violations"] == []


def test_without_javascript(page_without_javascript: Page, live_server):
    page = page_without_javascript
    page.set_viewport_size(WIDE)
    page.goto(live_server.url)
    page.locator("#header-search").fill("garden")
    page.locator("#header-search").press("Enter")
    assert page.url == f"{live_server.url}/search/?search=garden"
    expect(page.locator(".card")).to_have_count(3)
