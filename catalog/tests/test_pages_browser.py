"""The catalogue in Chromium: accessible, with script and without, on phones and wide screens."""

from __future__ import annotations

import re
from decimal import Decimal
from urllib.parse import parse_qs

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.files.base import ContentFile
from playwright.sync_api import Page, expect

from catalog.demo.pages import PAGES as DEMO_PAGES
from catalog.services.moderate_review import refresh_rating
from catalog.services.seed_pages import demo_words
from catalog.tests.factories import (
    BrandFactory,
    CategoryFactory,
    ImageFactory,
    PageFactory,
    ProductFactory,
    ReviewFactory,
    TagFactory,
    VariantFactory,
    picture_file,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PHONE, WIDE = {"width": 360, "height": 740}, {"width": 1440, "height": 900}
ADDRESSES = [
    "/",
    "/#menu",
    "/products/",
    "/products/?tag=blue&max_price=abc",
    "/products/#filters",
    "/products/?min_price=9000",
    "/categories/prints/",
    "/search/",
    "/search/?search=contours",
    "/products/contours-7/",
    "/products/bare/",
    "/pages/about/",
    "/pages/shipping/",
    "/nothing-here/",
]


@pytest.fixture(autouse=True)
def goods(live_server):
    prints = CategoryFactory(slug="prints", name="Art prints", description="Ink on cotton.")
    hills = CategoryFactory(slug="hills", name="Hills", parent=prints, description="Seen from above")
    blue, featured = TagFactory(slug="blue", name="Blue"), TagFactory(slug="featured")
    maker = BrandFactory(slug="maker", name="Maker")
    product = ProductFactory(
        name="Contours 7", slug="contours-7", category=hills, brand=maker, tags=[blue, featured], variants=0
    )
    for position, (size, frame, price, stock) in enumerate(
        [("Small", "Oak", 20, 9), ("Small", "Black", 25, 2), ("Large", "Black", 40, 0)]
    ):
        VariantFactory(
            product=product,
            options={"Size": size, "Frame": frame},
            price=Decimal(price),
            compare_at_price=Decimal(50),
            stock=stock,
            position=position,
        )
    first = ImageFactory(product=product, alt="On a wall", file=picture_file("wall.png"))
    second = ImageFactory(product=product, alt="In black", file=picture_file("black.png"), position=1)
    product.variants.filter(title="Small / Oak").update(image=first)
    product.variants.filter(title="Small / Black").update(image=second)
    for rating in (5, 4, 4, 2, 5, 5):
        ReviewFactory(product=product, rating=rating, verified_purchase=rating == 5)
    refresh_rating(product)
    for name, stock in (("Contours 8", 0), ("Contours 9", 1), ("Contours 10", 20)):
        other = ProductFactory(name=name, category=hills, brand=BrandFactory(), tags=[blue, featured], stock=stock)
        ImageFactory(product=other, file=picture_file())
    ProductFactory(slug="bare", variants=3)
    for slug, title in (("strip", "Free delivery"), ("delivery-note", "Sent soon"), ("about", "About us")):
        PageFactory(slug=slug, title=title)
    PageFactory(slug="home-how", title="How it is made", body="<ol><li><h3>A rule</h3><p>Is written.</p></li></ol>")
    delivery = next(page for page in DEMO_PAGES if page.slug == "shipping")
    PageFactory(slug="shipping", title="Delivery", body=delivery.body.format_map(demo_words()))
    home = PageFactory(slug="home", title="Made to live with", image_alt="A shelf")
    home.image.save("hero.png", ContentFile(picture_file(size=(400, 200)).read()))
    return product


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (WIDE, "light")], ids=["phone-dark", "wide-light"])
def test_axe_finds_nothing(browser, live_server, size, scheme):
    context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page = context.new_page()
    foreign: list[str] = []
    page.on("request", lambda request: None if request.url.startswith(live_server.url) else foreign.append(request.url))
    problems = {}
    for address in ADDRESSES:
        page.goto("about:blank")
        page.goto(live_server.url + address)
        found = Axe().run(page)
        if found.violations_count:
            problems[address] = found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address
    context.close()
    assert problems == {}
    assert foreign == []


def test_nothing_is_wider_than_the_smallest_phone(browser, live_server):
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
    for address in ADDRESSES:
        page.goto(live_server.url + address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
    context.close()


@pytest.fixture
def quiet_page(page: Page):
    """A page whose console must stay empty."""
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def test_another_choice_changes_price_stock_picture_and_address(quiet_page: Page, live_server):
    page = quiet_page
    page.goto(f"{live_server.url}/products/contours-7/")
    expect(page.locator(".price")).to_contain_text("€20.00")
    page.get_by_label("One more").click()
    page.get_by_role("radio", name="Black").check()
    expect(page.locator(".price")).to_contain_text("€25.00")
    expect(page.locator("#buy")).to_contain_text("Only 2 left")
    expect(page.get_by_role("radio", name="Black")).to_be_focused()
    expect(page.get_by_label("Quantity")).to_have_value("2")
    expect(page.locator("#gallery img").first).to_have_attribute("alt", "In black")
    expect(page.locator("#choice-said")).to_contain_text("Small / Black: €25.00, only 2 left")
    expect(page).to_have_url(re.compile(r"\?variant=\d+&quantity=2$"))
    page.get_by_role("radio", name="Large").check()
    expect(page.locator("#buy").get_by_role("button", name="Sold out")).to_be_disabled()
    page.reload()
    expect(page.get_by_role("radio", name="Large")).to_be_checked()


def posted(page: Page, act) -> dict[str, list[str]]:
    """What the form sends when `act` is done."""
    with page.expect_request(lambda request: request.method == "POST") as sent:
        act()
    return parse_qs(sent.value.post_data)


def test_the_number_counts_within_what_there_is(quiet_page: Page, live_server):
    quiet_page.goto(f"{live_server.url}/products/contours-7/")
    number = quiet_page.get_by_label("Quantity")
    quiet_page.get_by_label("One less").click()
    expect(number).to_have_value("1")
    for _ in range(10):
        quiet_page.get_by_label("One more").click()
    expect(number).to_have_value("9")


@pytest.mark.parametrize("script", [True, False])
def test_enter_in_the_number_adds_to_the_bag(browser, live_server, script):
    context = browser.new_context(java_script_enabled=script)
    page = context.new_page()
    page.goto(f"{live_server.url}/products/contours-7/")
    page.get_by_label("Quantity").fill("3")
    sent = posted(page, lambda: page.get_by_label("Quantity").press("Enter"))
    context.close()
    assert sent["quantity"] == ["3"]
    assert "step" not in sent
    assert sum(name.startswith("option_") for name in sent) == 2


def test_choosing_without_script(page_without_javascript: Page, live_server):
    page = page_without_javascript
    page.goto(f"{live_server.url}/products/contours-7/")
    page.get_by_role("radio", name="Black").check()
    page.get_by_label("One more").click()
    expect(page.locator(".price")).to_contain_text("€25.00")
    expect(page.get_by_label("Quantity")).to_have_value("2")
    page.get_by_role("radio", name="Oak").check()
    page.get_by_role("button", name="Show price and stock of this choice").click()
    expect(page.locator(".price")).to_contain_text("€20.00")
    assert "csrfmiddlewaretoken" not in page.url


def test_finding_without_script_on_a_phone(browser, live_server):
    context = browser.new_context(java_script_enabled=False, viewport=PHONE)
    page = context.new_page()
    page.goto(live_server.url)
    page.get_by_role("link", name="Menu", exact=True).click()
    page.locator("#menu").get_by_role("link", name="Art prints").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Art prints")
    page.get_by_role("link", name="Filter").click()
    filters = page.locator("#filters")
    expect(filters).to_be_visible()
    filters.get_by_label("In stock").check()
    filters.get_by_label("Up to").fill("22")
    filters.get_by_role("button", name="Show products").click()
    expect(page.locator(".card")).to_have_count(3)
    expect(page.locator(".chip--on")).to_have_count(2)
    page.get_by_label("Sort by").select_option("name")
    page.get_by_role("button", name="Sort", exact=True).click()
    expect(page.locator(".card__name")).to_have_text(["Contours 7", "Contours 9", "Contours 10"])
    expect(page.locator(".chip--on")).to_have_count(2)
    page.get_by_role("link", name="Remove filter: In stock").click()
    expect(page.locator(".card")).to_have_count(4)
    context.close()


def test_searching_from_the_header(quiet_page: Page, live_server):
    quiet_page.set_viewport_size(WIDE)
    quiet_page.goto(live_server.url)
    quiet_page.get_by_label("Search the shop").first.fill("contours maker")
    quiet_page.get_by_label("Search the shop").first.press("Enter")
    expect(quiet_page.locator(".card")).to_have_count(1)
    expect(quiet_page.get_by_role("heading", level=1)).to_have_text("“contours maker”")


def test_the_menu_by_keyboard(quiet_page: Page, live_server):
    quiet_page.set_viewport_size(PHONE)
    quiet_page.goto(live_server.url)
    menu = quiet_page.get_by_role("link", name="Menu", exact=True)
    menu.press("Enter")
    expect(quiet_page.locator("#menu")).to_be_visible()
    expect(quiet_page.get_by_role("link", name="Close menu")).to_be_focused()
    quiet_page.keyboard.press("Escape")
    expect(quiet_page.locator("#menu")).to_be_hidden()
    expect(menu).to_be_focused()


def test_the_error_summary_takes_the_focus_and_leads_to_the_field(page_without_javascript: Page, live_server):
    page = page_without_javascript
    page.goto(f"{live_server.url}/products/?min_price=abc")
    expect(page.locator("#errors")).to_be_focused()
    page.get_by_role("link", name="Write the price as a number").click()
    expect(page.get_by_label("From")).to_be_focused()


def test_a_customer_writes_a_review(page_without_javascript: Page, live_server, client_of, shopper):
    page = page_without_javascript
    session = client_of(shopper).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
    page.goto(f"{live_server.url}/products/contours-7/")
    page.get_by_role("link", name="Write a review").click()
    page.get_by_role("button", name="Send the review").click()
    expect(page.locator("#errors")).to_contain_text("Choose one to five stars.")
    page.get_by_label("4, good").check()
    page.get_by_label("In one line").fill("Fine lines")
    page.get_by_role("button", name="Send the review").click()
    expect(page.locator(".toasts")).to_contain_text("Thank you.")
