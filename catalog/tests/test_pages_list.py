"""Lists, categories and searches as pages."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.models import ProductStatus
from catalog.tests.factories import (
    BrandFactory,
    CategoryFactory,
    ImageFactory,
    PageFactory,
    ProductFactory,
    TagFactory,
    VariantFactory,
)

pytestmark = pytest.mark.django_db


def shown(response):
    return [product.name for product in response.context["page"].products]


def test_a_card_says_what_matters(client):
    product = ProductFactory(name="Contours 7", subtitle="Print, 4 sizes", price="28.00", variants=0, slug="contours-7")
    VariantFactory(product=product, price=Decimal(28), compare_at_price=Decimal(36), options={"Size": "S"})
    VariantFactory(product=product, price=Decimal(49), options={"Size": "M"})
    ImageFactory(product=product, alt="Blue and sand contour lines")
    text = client.get("/products/").text
    assert '<a href="/products/contours-7/">Contours 7</a>' in text
    assert "Print, 4 sizes" in text
    assert "from" in text
    assert "<ins>€28.00</ins>" in text
    assert "€36.00" in text
    assert "−22 %" in text
    assert 'alt="Blue and sand contour lines"' in text


def test_what_cannot_be_bought_says_so(client):
    ProductFactory(name="Gone", stock=0)
    ProductFactory(name="Few", stock=1)
    text = client.get("/products/").text
    assert "Sold out" in text
    assert "Few left" in text


def test_drafts_and_archived_are_not_listed(client):
    ProductFactory(name="Hidden draft", status=ProductStatus.DRAFT)
    ProductFactory(name="Hidden archive", status=ProductStatus.ARCHIVED)
    text = client.get("/products/?search=hidden").text
    assert "Hidden draft" not in text
    assert "Hidden archive" not in text


def test_filters_are_chips_that_remove_themselves(client):
    blue = TagFactory(slug="blue", name="Blue")
    ProductFactory(name="Blue one", tags=[blue], price="10.00", brand=BrandFactory(slug="maker", name="Maker"))
    ProductFactory(name="Red one", price="10.00")
    response = client.get("/products/?tag=blue&min_price=5&brand=maker&in_stock=true&page=1")
    assert shown(response) == ["Blue one"]
    chips = {chip.label: chip.url for chip in response.context["chips"]}
    assert chips == {
        "From €5.00": "/products/?tag=blue&brand=maker&in_stock=true",
        "In stock": "/products/?tag=blue&min_price=5&brand=maker",
        "Blue": "/products/?min_price=5&brand=maker&in_stock=true",
        "Maker": "/products/?tag=blue&min_price=5&in_stock=true",
    }
    for url in chips.values():
        assert client.get(url).status_code == 200
    assert '<input type="checkbox" name="tag" value="blue" checked>' in response.text


def test_category_as_a_filter(client):
    prints = CategoryFactory(slug="prints", name="Prints")
    hills = CategoryFactory(slug="hills", name="Hills", parent=prints)
    ProductFactory(name="Hill", category=hills)
    ProductFactory(name="Other")
    for value in ("prints", "hills", "prints/hills", str(prints.pk)):
        response = client.get("/products/", {"category": value})
        assert shown(response) == ["Hill"], value
    assert response.context["chips"][0].label == "Prints"
    assert "?category=prints%2Fhills" in response.text
    response = client.get("/products/?category=nonsense")
    assert "There is no such category." in response.text
    assert len(shown(response)) == 2


@pytest.mark.parametrize(
    ("query", "says", "typed"),
    [
        ("min_price=abc", "Write the price as a number", 'value="abc"'),
        ("max_price=-5", "A price is a number from 0 upwards", 'value="-5"'),
        ("min_price=50&max_price=10", "The highest price is below the lowest", 'value="50"'),
        ("ordering=sideways", "There is no such order", ""),
        ("in_stock=perhaps", "either true or false", ""),
        ("min_rating=9", "from 1 to 5", ""),
        ("search=" + "x" * 10_000, "at most 100 characters", ""),
    ],
)
def test_what_cannot_be_used_is_said_and_kept(client, query, says, typed):
    ProductFactory(name="Still here")
    response = client.get(f"/products/?{query}")
    assert response.status_code == 200
    assert "One thing needs another look" in response.text
    assert says in response.text
    assert typed in response.text
    assert shown(response) == ["Still here"]


@pytest.mark.parametrize("page", ["0", "-1", "abc", "1.5", "2", "417", "999999999", "1000000000", "9" * 400])
@pytest.mark.parametrize("address", ["/products/", "/categories/prints/", "/search/?search=product"])
def test_pages_that_are_not_there(client, page, address):
    ProductFactory(category=CategoryFactory(slug="prints"))
    assert client.get(address, {"page": page, "search": "product"}).status_code == 404


def test_pages_are_numbered_and_keep_the_filters(client):
    for i in range(49):
        ProductFactory(name=f"Thing {i:02}")
    response = client.get("/products/?ordering=name&page=2")
    assert shown(response)[0] == "Thing 24"
    assert "49 products" in response.text
    assert 'href="/products/?ordering=name" rel="prev"' in response.text
    assert 'href="/products/?ordering=name&amp;page=3" rel="next"' in response.text
    assert '<span aria-current="page">' in response.text


def test_the_first_page_is_linked_without_its_number(client):
    for _ in range(25):
        ProductFactory()
    text = client.get("/products/?page=2").text
    assert 'href="/products/" rel="prev"' in text
    assert "<title>All goods, page 2" in text


def test_crawlers_keep_the_list_and_not_every_choice_from_it(client):
    CategoryFactory(slug="prints")
    for _ in range(25):
        ProductFactory()
    assert '<link rel="canonical" href="http://testserver/products/">' in client.get("/products/").text
    assert '<link rel="canonical" href="http://testserver/products/?page=2">' in client.get("/products/?page=2").text
    assert (
        '<link rel="canonical" href="http://testserver/categories/prints/">' in client.get("/categories/prints/").text
    )
    for address in ("/products/?ordering=name", "/products/?tag=x", "/search/", "/search/?search=product"):
        text = client.get(address).text
        assert '<meta name="robots" content="noindex, follow">' in text
        assert "canonical" not in text


def test_nothing_found_helps_on(client):
    ProductFactory(name="Another thing")
    text = client.get("/products/?min_price=9000").text
    assert "Nothing fits all of that" in text
    assert "Another thing" in text
    assert "Nothing here yet" in client.get(f"/categories/{CategoryFactory().url_path}/").text


def test_an_empty_shop(client):
    text = client.get("/products/").text
    assert "0 products" in text
    assert "Nothing here yet" in text


def test_more_than_can_be_counted(client, monkeypatch):
    monkeypatch.setattr("catalog.selectors.listing.COUNT_LIMIT", 25)
    category = CategoryFactory()
    for _ in range(30):
        ProductFactory(tags=[], category=category)
    response = client.get("/products/")
    assert "More than 10,000 products" in response.text
    assert response.context["facets"].by_path == {}
    assert response.context["page"].pages == 1


def test_a_category_page(client):
    prints = CategoryFactory(slug="prints", name="Art prints", description="Ink on <b>cotton</b><script>x</script>")
    hills = CategoryFactory(slug="hills", name="Hills", parent=prints)
    deep = CategoryFactory(slug="deep", name="Deep", parent=hills)
    CategoryFactory(slug="off", name="Switched off", parent=prints, is_active=False)
    ProductFactory(name="Hill", category=deep)
    response = client.get("/categories/prints/")
    assert shown(response) == ["Hill"]
    assert "Ink on <b>cotton</b>" in response.text
    assert "<script>x" not in response.text
    assert '<a href="/categories/prints/hills/"><span>Hills</span><span class="num">1</span></a>' in response.text
    assert "Switched off" not in response.text
    below = client.get("/categories/prints/hills/deep/").text
    assert '<li><a href="/categories/prints/">Art prints</a></li>' in below
    assert '<li><a href="/categories/prints/hills/">Hills</a></li>' in below


def test_filters_go_along_to_a_category_below(client):
    prints = CategoryFactory(slug="prints")
    ProductFactory(category=CategoryFactory(slug="hills", parent=prints))
    text = client.get("/categories/prints/?in_stock=true&page=1").text
    assert 'href="/categories/prints/hills/?in_stock=true"' in text


def test_what_a_choice_leaves_nothing_in_is_no_link(client):
    prints = CategoryFactory(name="Prints", slug="prints")
    CategoryFactory(name="Hills", slug="hills", parent=prints)
    ProductFactory(category=CategoryFactory(name="Lines", slug="lines", parent=prints), price="10.00")
    unfiltered = client.get("/categories/prints/").text
    assert '<a href="/categories/prints/hills/">' in unfiltered
    text = client.get("/categories/prints/?max_price=20").text
    assert '<a href="/categories/prints/hills/?max_price=20">' not in text
    assert (
        '<span class="shelves__none" aria-disabled="true"><span>Hills</span><span class="num">0</span></span>' in text
    )
    assert '<a href="/categories/prints/lines/?max_price=20"><span>Lines</span><span class="num">1</span></a>' in text


@pytest.mark.parametrize("path", ["nonsense", "hills", "prints/off", "prints/off/below", "PRINTS", "x" * 3000])
def test_categories_that_are_not_there(client, path):
    prints = CategoryFactory(slug="prints")
    CategoryFactory(slug="hills", parent=prints)
    off = CategoryFactory(slug="off", parent=prints, is_active=False)
    CategoryFactory(slug="below", parent=off)
    assert client.get(f"/categories/{path}/").status_code == 404


def test_searching(client):
    ProductFactory(name="Blue hills")
    ProductFactory(name="Red sea")
    response = client.get("/search/?search=hills")
    assert shown(response) == ["Blue hills"]
    assert "<h1>“hills”</h1>" in response.text
    assert 'value="hills"' in response.text
    assert response.context["chips"] == []


def test_searching_for_nothing_asks(client):
    CategoryFactory(name="Art prints")
    text = client.get("/search/").text
    assert "What are you looking for?" in text
    assert "Art prints" in text
    assert "at most 100 characters" in client.get("/search/", {"search": "x" * 200}).text


def test_a_search_without_a_hit(client):
    response = client.get("/search/", {"search": "<script>alert(1)</script>"})
    assert "Nothing found for" in response.text
    assert "<script>alert" not in response.text


@pytest.mark.parametrize(
    ("address", "narrows"),
    [
        ("/search/?search=zzz", False),
        ("/search/?search=zzz&ordering=price", False),
        ("/categories/{}/", False),
        ("/search/?search=zzz&in_stock=true", True),
        ("/products/?min_price=9000", True),
        ("/products/?min_price=dear&search=zzz", True),
    ],
)
def test_where_nothing_is_found_only_applied_filters_are_offered(client, address, narrows):
    ProductFactory()
    page = client.get(address.format(CategoryFactory().url_path))
    found = {word: word in page.text for word in ('id="ordering"', 'id="filters"', 'href="#filters"')}
    assert found == {'id="ordering"': False, 'id="filters"': narrows, 'href="#filters"': narrows}
    if "/search/" in address:
        assert ('form="listing"' in page.text) == narrows, "the words are sent by a form that is there"
        assert 'type="search" maxlength="200" value="zzz"' in page.text


def test_a_search_that_found_nothing_is_tried_again(client):
    ProductFactory(name="Blue hills")
    page = client.get("/search/?search=zzz")
    assert '<form class="search-big" action="/search/" method="get">' in page.text
    assert "autofocus" not in page.text, "what was not found is read first"
    assert "autofocus" in client.get("/search/").text


def test_clearing_a_search_keeps_its_words(client):
    ProductFactory(name="Blue hills")
    response = client.get("/search/?search=hills&in_stock=true")
    assert response.context["clear_url"] == "/search/?search=hills"


@pytest.mark.parametrize("address", ["/products/", "/categories/prints/", "/search/?search=x"])
def test_only_reading(client, address):
    assert client.post(address).status_code == 405


@pytest.mark.parametrize("number", [10, 100])
def test_queries(client, number, django_assert_num_queries):
    root, brand, tag = CategoryFactory(slug="prints"), BrandFactory(slug="maker"), TagFactory(slug="blue")
    children = [CategoryFactory(parent=root) for _ in range(number // 10)]
    PageFactory(slug="about")
    for i in range(number):
        product = ProductFactory(category=children[i % len(children)], brand=brand, tags=[tag])
        ImageFactory(product=product)
    for address, queries in [
        ("/products/", 4),
        ("/products/?category=prints&tag=blue&brand=maker&in_stock=true&ordering=price", 5),
        ("/categories/prints/", 5),
        ("/search/?search=print", 4),
    ]:
        with django_assert_num_queries(queries, info=address):
            response = client.get(address)
        assert len(shown(response)) == min(number, 24), address
