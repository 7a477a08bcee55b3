"""Pages of staff, the frame around every page, and what crawlers and browsers ask for."""

from __future__ import annotations

import re

import pytest

from catalog.models import Product, ProductStatus
from catalog.tests.factories import CategoryFactory, PageFactory, ProductFactory
from catalog.web import sitemaps

pytestmark = pytest.mark.django_db


def locations(response) -> list[str]:
    return re.findall("<loc>(.*?)</loc>", response.text)


def test_a_page_of_staff(client):
    PageFactory(slug="about", title="About us", body="<h2>Who</h2><p>Two people.</p><script>x()</script>")
    text = client.get("/pages/about/").text
    assert "<h1>About us</h1>" in text
    assert "<h2>Who</h2>" in text
    assert "x()" not in text
    assert '<link rel="canonical" href="http://testserver/pages/about/">' in text


@pytest.mark.parametrize("slug", ["home", "home-how", "strip", "delivery-note", "unknown", "off"])
def test_parts_of_other_pages_are_no_pages(client, slug):
    if slug != "unknown":
        PageFactory(slug=slug, is_active=slug != "off")
    assert client.get(f"/pages/{slug}/").status_code == 404


def test_the_frame_of_every_page(client):
    prints = CategoryFactory(slug="prints", name="Art prints")
    CategoryFactory(slug="hills", name="Hills", parent=prints)
    off = CategoryFactory(name="Switched off", is_active=False)
    CategoryFactory(name="Below it", parent=off)
    PageFactory(slug="terms", title="Terms of sale", position=2)
    PageFactory(slug="about", title="Who we are", position=1)
    PageFactory(slug="secret", title="Not in the footer", in_footer=False)
    PageFactory(slug="strip", title="Free delivery from 60", in_footer=False)
    text = client.get("/search/").text
    assert '<a href="/categories/prints/" >Art prints</a>' in text
    assert '<li><a href="/categories/prints/hills/">Hills</a></li>' in text
    assert "Switched off" not in text
    assert "Below it" not in text
    assert "Not in the footer" not in text
    assert '<p class="strip">Free delivery from 60</p>' in text
    assert text.index("Who we are") < text.index("Terms of sale")


def test_the_category_looked_at_is_marked(client):
    CategoryFactory(slug="prints", name="Art prints")
    assert '<a href="/categories/prints/" aria-current="page">Art prints</a>' in client.get("/categories/prints/").text


def test_many_categories_go_into_the_menu(client):
    for i in range(7):
        CategoryFactory(name=f"Shelf {i}")
    text = client.get("/").text
    navigation = text[text.index('<nav class="nav"') : text.index("</nav>")]
    assert "Shelf 4" in navigation
    assert "Shelf 5" not in navigation
    assert 'href="#menu">More' in navigation


def test_the_demo_says_so(client, settings):
    settings.SHOP_DEMO = True
    assert "A demo shop" in client.get("/").text
    settings.SHOP_DEMO = False
    assert "A demo shop" not in client.get("/").text


def test_guests_and_customers(client, client_of, shopper):
    guest = client.get("/").text
    assert "Sign in" in guest
    known = client_of(shopper).get("/").text
    assert "Ines" in known
    assert "Ines" not in guest


def test_prices_with_or_without_tax(client, settings):
    settings.SHOP_PRICES_INCLUDE_TAX = False
    assert "All prices in EUR, before tax." in client.get("/").text


@pytest.mark.parametrize("address", ["/", "/products/", "/search/", "/pages/about/", "/products/thing/"])
def test_the_policy_holds(client, address):
    """No inline script or style, nothing from other hosts."""
    PageFactory(slug="about")
    ProductFactory(slug="thing")
    response = client.get(address)
    policy = response["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "style-src 'self'" in policy
    text = response.text
    assert " style=" not in text
    assert "<style" not in text
    assert " onclick=" not in text
    assert 'src="http' not in text
    assert "<script>" not in text


def test_the_dashboard_leads_to_the_products(client):
    assert client.get("/dashboard/")["Location"] == "/products/"


def test_the_favicon(client):
    assert client.get("/favicon.ico")["Location"].endswith("favicon.svg")


def test_robots(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"].startswith("text/plain")
    assert "Disallow: /cart/" in response.text
    assert "Sitemap: http://testserver/sitemap.xml" in response.text


def test_the_sitemap(client):
    category = CategoryFactory(slug="prints")
    CategoryFactory(slug="off", is_active=False)
    PageFactory(slug="about")
    PageFactory(slug="home")
    ProductFactory(slug="shown", category=category)
    ProductFactory(slug="draft", status=ProductStatus.DRAFT)
    sections = locations(client.get("/sitemap.xml"))
    assert sections == [f"http://testserver/sitemap-{name}.xml" for name in ("pages", "categories", "products")]
    found = [address for section in sections for address in locations(client.get(section))]
    assert found == [
        "http://testserver/",
        "http://testserver/products/",
        "http://testserver/pages/about/",
        "http://testserver/categories/prints/",
        "http://testserver/products/shown/",
    ]


def test_the_sitemap_of_a_large_shop_has_ranges(client, monkeypatch, django_assert_max_num_queries):
    monkeypatch.setattr(sitemaps, "RANGE", 3)
    for _ in range(8):
        ProductFactory()
    products = [address for address in locations(client.get("/sitemap.xml")) if "products" in address]
    with django_assert_max_num_queries(2 * len(products)):
        found = [page for address in products for page in locations(client.get(address))]
    assert sorted(found) == sorted(f"http://testserver{p.get_absolute_url()}" for p in Product.objects.all())


@pytest.mark.parametrize(
    "address",
    [
        "/sitemap-nothing.xml",
        "/sitemap-products.xml?p=0",
        "/sitemap-products.xml?p=x",
        f"/sitemap-products.xml?p={'9' * 5000}",
    ],
)
def test_sections_that_are_not_there(client, address):
    assert client.get(address).status_code == 404


@pytest.mark.parametrize(
    "address",
    ["/" + "x" * 10_000, "/products/" + "x" * 3000 + "/", "/products/?" + "a=b&" * 900, "/%00", "/products/%00/"],
)
def test_addresses_out_of_bounds(client, address):
    assert client.get(address).status_code in {200, 404}
