"""The home page."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.tests.factories import CategoryFactory, ImageFactory, PageFactory, ProductFactory, TagFactory, picture_file

pytestmark = pytest.mark.django_db


def test_a_shop_without_anything(client, settings):
    settings.SHOP_NAME = "Quiet Wall"
    response = client.get("/")
    assert response.status_code == 200
    assert "<h1>Quiet Wall</h1>" in response.text


def test_the_words_and_picture_of_its_page(client):
    page = PageFactory(
        slug="home", title="Made to live with", body="<p>A rule.</p><script>x</script>", image_alt="A shelf"
    )
    page.image.save("hero.png", picture_file())
    text = client.get("/").text
    assert "<h1>Made to live with</h1>" in text
    assert "<p>A rule.</p>" in text
    assert "<script>x" not in text
    assert 'alt="A shelf"' in text
    assert 'fetchpriority="high"' in text


def test_without_a_picture_a_product_shows_its_own(client):
    product = ProductFactory(name="Contours 7")
    ImageFactory(product=product)
    text = client.get("/").text
    assert "hero__picture--goods" in text


def test_new_goods_first_and_only_what_can_be_bought(client):
    now = timezone.now()
    for days in range(12):
        ProductFactory(name=f"Day {days}", created_at=now - timedelta(days=days))
    ProductFactory(name="Gone", stock=0)
    home = client.get("/").context["home"]
    assert [product.name for product in home.newest] == [f"Day {days}" for days in range(8)]


def test_reduced_goods_most_bought_first(client):
    ProductFactory(name="Full price")
    ProductFactory(name="Liked", price="8.00", compare_at_price=Decimal(10), popularity=9)
    ProductFactory(name="Less", price="8.00", compare_at_price=Decimal(10), popularity=1)
    response = client.get("/")
    assert [product.name for product in response.context["home"].on_sale] == ["Liked", "Less"]
    assert "/products/?on_sale=true" in response.text


def test_the_dark_band_shows_what_is_featured(client):
    tag = TagFactory(slug="featured")
    assert "band--tide" not in client.get("/").text
    ProductFactory(name="Print", tags=[tag])
    ProductFactory(name="Mug", tags=[tag])
    PageFactory(slug="home-featured", title="One drawing, four ways")
    response = client.get("/")
    assert "One drawing, four ways" in response.text
    assert [product.name for product in response.context["home"].featured] == ["Print", "Mug"]


def test_the_index_counts_what_is_below_and_leaves_out_what_is_empty(client):
    prints, mugs = CategoryFactory(name="Prints"), CategoryFactory(name="Mugs")
    hills = CategoryFactory(name="Hills", parent=prints)
    deep = CategoryFactory(name="Deep", parent=hills)
    CategoryFactory(name="Empty", parent=prints)
    ProductFactory(category=hills)
    ProductFactory(category=deep)
    ProductFactory(category=mugs)
    found = client.get("/").context["home"].categories
    assert [(entry.category.name, entry.count) for entry in found] == [("Hills", 2), ("Mugs", 1)]


def test_how_it_is_made(client):
    PageFactory(slug="home-how", title="How it is made", body="<ol><li><h3>A rule</h3><p>Written.</p></li></ol>")
    text = client.get("/").text
    assert 'id="how"' in text
    assert "<h3>A rule</h3>" in text


@pytest.mark.parametrize("number", [10, 100])
def test_queries(client, number, django_assert_num_queries):
    tag = TagFactory(slug="featured")
    root = CategoryFactory()
    for slug in ("home", "home-how", "strip", "about"):
        PageFactory(slug=slug)
    for i in range(number):
        category = CategoryFactory(parent=root)
        product = ProductFactory(
            category=category, tags=[tag], price="8.00", compare_at_price=Decimal(10), popularity=i
        )
        ImageFactory(product=product)
    with django_assert_num_queries(5):
        client.get("/")
