"""The one path to a list of products."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models import Product, ProductStatus
from catalog.selectors import listing as module
from catalog.selectors.listing import listing, newest_products
from catalog.selectors.listing_query import ORDERINGS, ListingQuery
from catalog.tests.factories import BrandFactory, CategoryFactory, ProductFactory, TagFactory, VariantFactory, refresh
from shop.common.errors import NotFound

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("found_by")]


def names(query: ListingQuery, **kwargs):
    return [product.name for product in listing(query, **kwargs).products]


def test_only_what_is_for_sale_is_listed():
    ProductFactory(name="Shown")
    ProductFactory(name="Draft", status=ProductStatus.DRAFT)
    ProductFactory(name="Archived", status=ProductStatus.ARCHIVED)
    assert names(ListingQuery()) == ["Shown"]


def test_a_category_holds_what_is_below_it():
    prints = CategoryFactory(slug="prints")
    hills = CategoryFactory(slug="hills", parent=prints)
    mugs = CategoryFactory(slug="mugs")
    ProductFactory(name="Above", category=prints)
    ProductFactory(name="Below", category=hills)
    ProductFactory(name="Elsewhere", category=mugs)
    assert names(ListingQuery(ordering="name"), category=prints) == ["Above", "Below"]
    assert names(ListingQuery(), category=hills) == ["Below"]


def test_prices_are_compared_with_the_cheapest_variant():
    cheap = ProductFactory(name="Cheap", price="10.00")
    VariantFactory(product=cheap, price=Decimal(90), options_key="-2")
    ProductFactory(name="Dear", price="50.00")
    assert names(ListingQuery(max_price=Decimal(10))) == ["Cheap"]
    assert names(ListingQuery(min_price=Decimal("10.01"))) == ["Dear"]
    assert names(ListingQuery(min_price=Decimal(10), max_price=Decimal(50), ordering="price")) == ["Cheap", "Dear"]


def test_stock_sale_brand_tags_and_rating():
    maker, other = BrandFactory(slug="maker"), BrandFactory(slug="other")
    blue, calm = TagFactory(slug="blue"), TagFactory(slug="calm")
    ProductFactory(name="Both", brand=maker, tags=[blue, calm], rating=Decimal("4.5"))
    ProductFactory(name="Blue", brand=other, tags=[blue], stock=0)
    ProductFactory(name="Sale", price="10.00", compare_at_price=Decimal(20))
    assert names(ListingQuery(tags=("blue",), ordering="name")) == ["Blue", "Both"]
    assert names(ListingQuery(tags=("blue", "calm"), ordering="name")) == ["Blue", "Both"]
    assert names(ListingQuery(tags=("calm",), brands=("maker",))) == ["Both"]
    assert names(ListingQuery(tags=("calm",), brands=("other",))) == []
    assert names(ListingQuery(brands=("maker",))) == ["Both"]
    assert names(ListingQuery(brands=("maker", "other"), ordering="name")) == ["Blue", "Both"]
    assert names(ListingQuery(in_stock=True, ordering="name")) == ["Both", "Sale"]
    assert names(ListingQuery(in_stock=False)) == ["Blue"]
    assert names(ListingQuery(on_sale=True)) == ["Sale"]
    assert names(ListingQuery(min_rating=Decimal(4))) == ["Both"]


def test_every_word_must_be_found_somewhere():
    maker = BrandFactory(name="Speicher")
    product = ProductFactory(
        name="Blue Hills", subtitle="Print", description="<p>A landscape</p>", brand=maker, variants=0
    )
    VariantFactory(product=product, sku="BH-77x")
    ProductFactory(name="Blue Sea", subtitle="Cushion")
    for words in ("blue hills", "HILLS blue", "hills print", "landscape", "speicher blue", "bh-77", "77X hills"):
        assert names(ListingQuery(search=words)) == ["Blue Hills"], words
    assert names(ListingQuery(search="blue zebra")) == []
    assert names(ListingQuery(search="100%")) == []
    assert names(ListingQuery(search="_")) == []


def test_the_best_match_comes_first():
    ProductFactory(name="Something else", description="with blue in it", popularity=99)
    ProductFactory(name="A blue thing", popularity=50)
    ProductFactory(name="Blue hills", popularity=1)
    ProductFactory(name="Blue", popularity=0)
    assert names(ListingQuery(search="blue")) == ["Blue", "Blue hills", "A blue thing", "Something else"]


def test_orders():
    now = timezone.now()
    rows = [("B", "30.00", 5, 3, 1), ("A", "10.00", 1, 5, 3), ("C", "20.00", 3, 4, 2)]
    for name, price, bought, rating, days in rows:
        ProductFactory(
            name=name, price=price, popularity=bought, rating=Decimal(rating), created_at=now - timedelta(days=days)
        )
    ProductFactory(name="D", price="40.00", popularity=0, rating=None, created_at=now - timedelta(days=9))
    expected = {
        "relevance": "BCAD",
        "popularity": "BCAD",
        "-created_at": "BCAD",
        "price": "ACBD",
        "-price": "DBCA",
        "-rating": "ACBD",
        "name": "ABCD",
    }
    assert set(expected) == set(ORDERINGS)
    assert {order: "".join(names(ListingQuery(ordering=order))) for order in ORDERINGS} == expected


def test_pages_hold_everything_once():
    for _ in range(7):
        ProductFactory(popularity=3)
    seen = [product.pk for number in (1, 2, 3) for product in listing(ListingQuery(page=number, page_size=3)).products]
    assert sorted(seen) == sorted(Product.objects.values_list("pk", flat=True))
    page = listing(ListingQuery(page=3, page_size=3))
    assert (page.count, page.count_exact, page.pages, page.number, page.first) == (7, True, 3, 3, 7)


def test_beyond_the_last_page_there_is_nothing():
    ProductFactory()
    assert listing(ListingQuery(page=1)).count == 1
    with pytest.raises(NotFound):
        listing(ListingQuery(page=2))
    with pytest.raises(NotFound):
        listing(ListingQuery(page=417))


def test_an_empty_shop_has_one_empty_page():
    page = listing(ListingQuery())
    assert (page.products, page.count, page.pages) == ([], 0, 1)


def test_counting_ends_at_its_limit(monkeypatch):
    monkeypatch.setattr(module, "COUNT_LIMIT", 4)
    for _ in range(6):
        ProductFactory()
    page = listing(ListingQuery(page_size=2))
    assert (page.count, page.count_exact, page.pages) == (4, False, 2)
    with pytest.raises(NotFound):
        listing(ListingQuery(page=3, page_size=2))


@pytest.mark.parametrize("number", [10, 100])
def test_two_queries_however_many_rows(number, django_assert_num_queries):
    category, brand = CategoryFactory(), BrandFactory()
    for _ in range(number):
        ProductFactory(category=category, brand=brand)
    with django_assert_num_queries(2):
        page = listing(ListingQuery(page_size=100), category=category)
        shown = [(p.name, p.brand, p.category, p.main_image, p.price, p.get_absolute_url()) for p in page.products]
    assert len(shown) == number


def test_long_texts_stay_in_the_database():
    product = ProductFactory()
    refresh(product)
    listed = listing(ListingQuery()).products[0]
    assert "description" in listed.get_deferred_fields()


def test_newest_can_be_bought():
    ProductFactory(name="Old", created_at=timezone.now() - timedelta(days=9))
    ProductFactory(name="Gone", stock=0)
    ProductFactory(name="New")
    assert [product.name for product in newest_products(2)] == ["New", "Old"]
