"""The admin in Chromium: it works under the strict policy, with nothing refused and nothing broken."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from accounts.models import User
from accounts.tests.factories import PASSWORD
from catalog.models import Category, Product, Stock
from catalog.services.create_category import create_category
from catalog.tests.factories import BrandFactory, PageFactory, ReviewFactory, TagFactory, picture_file

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def complaints(page: Page) -> Iterator[list[str]]:
    """What the browser complained about; none is the only good number."""
    heard: list[str] = []
    page.on("console", lambda m: heard.append(f"{page.url}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: heard.append(f"{page.url}: {error}"))
    yield heard
    assert heard == []


@pytest.fixture
def desk(page: Page, live_server: LiveServer, staff: User, complaints: list[str]) -> Page:
    page.goto(f"{live_server.url}/admin/login/")
    page.fill("#id_username", staff.email)
    page.fill("#id_password", PASSWORD)
    page.click("input[type=submit]")
    page.wait_for_url("**/admin/")
    return page


def test_a_product_is_made_adjusted_and_archived(desk: Page, live_server: LiveServer, tmp_path: Path) -> None:
    BrandFactory(name="Kiln Nine")
    TagFactory(name="blue")
    (tmp_path / "boat.png").write_bytes(picture_file().read())
    desk.goto(f"{live_server.url}/admin/catalog/product/add/")
    desk.fill("#id_name", "Paper Boat")
    for field, words in (("brand", "Kiln"), ("tags", "blue")):
        desk.click(f".field-{field} .select2-selection")
        desk.keyboard.type(words)
        desk.click(".select2-results__option--highlighted")
    desk.fill("#id_option_names", "Size")
    desk.fill("#id_variants-0-option_0", "Small")
    desk.fill("#id_variants-0-price", "1.50")
    desk.fill("#id_variants-0-stock_quantity", "4")
    desk.click("text=Add another Variant")
    desk.fill("#id_variants-1-option_0", "Large")
    desk.fill("#id_variants-1-price", "9.99")
    desk.click("text=Add another Picture")
    desk.set_input_files("#id_images-0-file", tmp_path / "boat.png")
    desk.click("input[name=_continue]")
    expect(desk.locator(".messagelist .success")).to_contain_text("added successfully")
    product = Product.objects.get()
    assert (product.brand and product.brand.name, product.price) == ("Kiln Nine", Decimal("1.50"))
    assert [v.position for v in product.variants.all()] == [0, 1]
    expect(desk.locator(".inline-related img, .field-shown img").first).to_be_visible()

    desk.click("text=Adjust >> nth=0")
    desk.fill("#id_by", "-1")
    desk.fill("#id_reason", "broken")
    desk.click("input.default")
    expect(desk.locator(".messagelist")).to_contain_text("3 on hand now")
    assert sorted(Stock.objects.values_list("on_hand", flat=True)) == [0, 3]

    desk.goto(f"{live_server.url}/admin/catalog/product/{product.pk}/change/")
    desk.click(".object-tools >> text=Archive")
    desk.click("text=Yes, archive it")
    expect(desk.locator(".messagelist")).to_contain_text("was archived")


def test_categories_are_unfolded_and_dragged(desk: Page, live_server: LiveServer) -> None:
    prints = create_category(fields={"name": "Prints"})
    create_category(fields={"name": "Sea"}, parent_id=prints.pk)
    create_category(fields={"name": "Home"})
    desk.goto(f"{live_server.url}/admin/catalog/category/")
    desk.click("a.treebeard-collapse")
    expect(desk.locator("#result_list")).to_contain_text("Sea")
    rows = desk.locator("#result_list tbody tr")
    rows.filter(has_text="Home").locator(".drag-handler").drag_to(rows.filter(has_text="Sea"))
    expect(desk.locator(".messagelist")).to_contain_text("“Home” was moved.")
    assert Category.objects.get(name="Home").url_path.startswith("prints/")


@pytest.mark.parametrize(("width", "scheme"), [(360, "dark"), (1440, "light")])
def test_every_page_of_the_catalogue_keeps_to_the_policy(
    desk: Page, live_server: LiveServer, width: int, scheme: str
) -> None:
    review, page = ReviewFactory(), PageFactory()
    desk.set_viewport_size({"width": width, "height": 900})
    desk.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    product, variant = review.product.pk, review.product.variants.get().pk
    paths = [
        f"{model}/" for model in ("product", "variant", "stock", "stockmovement", "stockhold", "category", "brand")
    ]
    paths += [f"product/{product}/{what}/" for what in ("change", "delete", "history")]
    paths += [f"variant/{variant}/change/", f"stock/{variant}/change/", f"stock/{variant}/adjust/", "category/add/"]
    paths += ["tag/", "productoption/", "review/", f"review/{review.pk}/change/", f"contentpage/{page.pk}/change/"]
    for path in paths:
        response = desk.goto(f"{live_server.url}/admin/catalog/{path}")
        assert response is not None
        assert response.status == 200, path
        assert "'unsafe" not in response.headers["content-security-policy"]
        expect(desk.locator("#site-name")).to_be_visible()
