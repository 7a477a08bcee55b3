"""Cards are remembered by all they show: whatever changes in one makes it anew."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from catalog.selectors.frame import get_frame
from catalog.selectors.listing import shown_products
from catalog.services.update_category import update_category
from catalog.templatetags import catalog_tags
from catalog.tests.factories import BrandFactory, CategoryFactory, ImageFactory, ProductFactory
from shop.common.personal import SHARED, mark

pytestmark = pytest.mark.django_db


def card(product, options: str = "") -> str:
    template = Template("{% load catalog_tags %}{% card product " + options + " %}")
    return template.render(Context({"product": product, SHARED: True}))


@pytest.fixture(autouse=True)
def cards(monkeypatch):
    known: dict = {}
    monkeypatch.setattr(catalog_tags, "_cards", known)
    return known


@pytest.fixture
def gate():
    product = ProductFactory(
        name="Garden gate", slug="gate", subtitle="", brand=BrandFactory(name="Smith"), price="20.00"
    )
    product.created_at = timezone.now() - timedelta(days=90)
    product.save()
    ImageFactory(product=product)
    return shown_products().get()


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("name", "Garden <door>", "Garden &lt;door&gt;"),
        ("slug", "door", "/products/door/"),
        ("subtitle", "Iron", "Iron"),
        ("price", Decimal("31.00"), "€31.00"),
        ("price_to", Decimal("99.00"), "from"),
        ("in_stock", False, "Sold out"),
        ("on_sale", True, "Reduced"),
        ("low_stock", True, "Few left"),
        ("created_at", timezone.now(), "New"),
    ],
)
def test_what_changes_is_seen(gate, column, value, shown):
    assert shown not in card(gate)
    setattr(gate, column, value)
    assert shown in card(gate)


def test_a_reduction_a_brand_and_a_picture_are_seen(gate):
    assert "Smith" in card(gate)
    gate.compare_at_price, gate.on_sale = Decimal("40.00"), True
    assert "−50 %" in card(gate)
    gate.brand.name = "Wright"
    assert "Wright" in card(gate)
    gate.main_image.alt = "Beside a wall"
    assert 'alt="Beside a wall"' in card(gate)
    gate.main_image.file.name = "products/other.png"
    assert "products/other.png" in card(gate)
    gate.main_image = None
    assert "no-picture" in card(gate)


def test_where_it_stands_is_part_of_it(gate, cards):
    assert "<h3" in card(gate)
    assert "<h2" in card(gate, 'heading="h2"')
    assert "fetchpriority" in card(gate, "eager=True")
    assert 'sizes="9vw"' in card(gate, 'sizes="9vw"')
    with translation.override("de"):
        assert "20,00" in card(gate)
    assert len(cards) == 5
    card(gate)
    assert len(cards) == 5


def test_hearts_are_told_apart_by_product_and_filled_in_later(gate, cards):
    other = ProductFactory(name=gate.name)
    assert str(mark("wished", gate.pk)) in card(gate)
    assert str(mark("wished", other.pk)) in card(other)


def test_on_a_page_of_ones_own_nothing_is_remembered(gate, cards, rf):
    template = Template("{% load catalog_tags %}{% card product %}")
    context = {"product": gate, "request": rf.get("/"), "wished": {gate.pk}}
    assert "card__heart is-on" in template.render(Context(context))
    assert "card__heart is-on" not in template.render(Context({**context, "wished": set()}))
    assert cards == {}


def test_few_are_remembered(gate, cards, monkeypatch):
    monkeypatch.setattr(catalog_tags, "MOST_CARDS", 3)
    for number in range(10):
        gate.name = f"Gate {number}"
        assert f"Gate {number}" in card(gate)
        assert len(cards) <= 3


def test_what_was_made_of_a_frame_is_no_part_of_what_it_is():
    CategoryFactory(name="Prints")
    frame = get_frame()
    frame.html["menu", "en", 2026] = "<nav></nav>"
    assert get_frame() == frame
    assert replace(frame, pages={"a": None}) != frame


def test_a_category_renamed_shows_in_the_menu_at_once(client, settings):
    settings.SHOP_PAGE_CACHE_SECONDS = 60
    shelf = CategoryFactory(name="Prints")
    ProductFactory(category=shelf)
    for name in ("Prints", "Drawings"):
        update_category(category_id=shelf.pk, fields={"name": name})
        for address in ("/", "/products/"):
            assert client.get(address).text.count(f">{name}</a>") >= 3
