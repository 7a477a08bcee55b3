"""The index and the database answer the same: any filters, any order, any page. And any text answers at all."""

from __future__ import annotations

import os
from datetime import timedelta
from decimal import Decimal

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catalog.models import Product, ProductStatus
from catalog.search.writer import build
from catalog.selectors.facets import facets_with
from catalog.selectors.index import finder_for
from catalog.selectors.listing import list_with
from catalog.selectors.listing_query import ORDERINGS, ListingQuery
from catalog.selectors.suggest import suggest
from catalog.services.changes import record_change
from catalog.tests.factories import BrandFactory, CategoryFactory, ProductFactory, TagFactory, VariantFactory

pytestmark = pytest.mark.django_db

FULL = os.environ.get("PROOF") == "full"
LISTS = 1500 if FULL else 40
TEXTS = 10_000 if FULL else 30
SHELVES = ("prints", "hills", "mugs", "")
OPTIONS = {"Size": ("S", "M", "L"), "Colour": ("Blue", "Red", "Green"), "Frame": ("Oak", "No")}
NAMES = ("Émile", "emile", "Zebra 10", "Zebra 9", "zebra", "Ärger", "a-b", "a b", "50 × 70", "!!!", "Über", "Øre")
slow = settings(
    max_examples=LISTS,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def goods(rows_of_module, tmp_path_factory):
    """Sixty products that tie in everything now and then, and an index of them. Nothing here changes either."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(django_settings, "SHOP_SEARCH_ROOT", tmp_path_factory.mktemp("search"))
        patch.setattr(django_settings, "SHOP_RATE_LIMITS_ENABLED", False)  # ten thousand questions from one address
        shelves = _sixty_products()
        record_change()
        build()
        yield shelves


def _sixty_products():
    prints = CategoryFactory(slug="prints")
    shelves = {
        "prints": prints,
        "hills": CategoryFactory(slug="hills", parent=prints),
        "mugs": CategoryFactory(),
        "": None,
    }
    brands = [None, BrandFactory(slug="b1"), BrandFactory(slug="b2")]
    tags = [TagFactory(slug=f"t{number}") for number in range(3)]
    start = timezone.now()
    for number in range(60):
        product = ProductFactory(
            name=NAMES[number % len(NAMES)],
            category=shelves[SHELVES[number % 4]],
            brand=brands[number % 3],
            tags=[tag for place, tag in enumerate(tags) if (number >> place) & 1],
            popularity=number % 5,
            rating=[None, Decimal("3.50"), Decimal("4.25"), Decimal(5)][number % 4],
            status=ProductStatus.DRAFT if number % 11 == 0 else ProductStatus.ACTIVE,
            created_at=start - timedelta(microseconds=number // 3),
            variants=0,
        )
        for place in range(number % 3 + 1):
            VariantFactory(
                product=product,
                price=Decimal(number % 7 * 10 + place) + Decimal("0.99"),
                compare_at_price=Decimal(200) if number % 6 == 0 else None,
                stock=number % 4,
                is_active=place < 2,
                options={name: values[(number + place) % len(values)] for name, values in OPTIONS.items()},
            )
    return shelves


@st.composite
def queries(draw) -> tuple[ListingQuery, str]:
    def some(values):
        return tuple(sorted(draw(st.sets(st.sampled_from(values), max_size=2))))

    options = [(name, some([*OPTIONS[name], "none"])) for name in sorted(draw(st.sets(st.sampled_from(list(OPTIONS)))))]
    price = st.none() | st.sampled_from(
        [Decimal("0.99"), Decimal("20.99"), Decimal("21.005"), Decimal(41), Decimal(10) ** 9]
    )
    query = ListingQuery(
        brands=some(["b1", "b2", "none"]),
        tags=some(["t0", "t1", "t2", "none"]),
        options=tuple((name, values) for name, values in options if values),
        min_price=draw(price),
        max_price=draw(price),
        min_rating=draw(st.none() | st.sampled_from([Decimal(0), Decimal("3.5"), Decimal("4.251"), Decimal(5)])),
        in_stock=draw(st.none() | st.booleans()),
        on_sale=draw(st.none() | st.booleans()),
        ordering=draw(st.sampled_from(ORDERINGS)),
        page=draw(st.integers(1, 4)),
        page_size=draw(st.integers(1, 30)),
    )
    return query, draw(st.sampled_from(SHELVES))


@pytest.mark.proof
@given(asked=queries())
@slow
def test_lists(goods, asked):
    query, shelf = asked
    finder = finder_for(query, goods[shelf])
    assert finder is not None
    found = list_with(finder, query, category=goods[shelf], beyond_is_empty=True)
    expected = list_with(None, query, category=goods[shelf], beyond_is_empty=True)
    assert [product.pk for product in found.products] == [product.pk for product in expected.products]
    assert (found.count, found.count_exact) == (expected.count, expected.count_exact)


@pytest.mark.proof
@given(asked=queries())
@slow
def test_counts(goods, asked):
    query, shelf = asked
    found = facets_with(finder_for(query, goods[shelf]), query, category=goods[shelf])
    expected = facets_with(None, query, category=goods[shelf])

    def alive(choices):
        return {choice.code: choice.count for choice in choices if choice.count}

    assert alive(found.brands) == alive(expected.brands)
    assert alive(found.tags) == alive(expected.tags)
    chosen = {name for name, _values in query.options}
    counted = {facet.name: alive(facet.choices) for facet in found.options if facet.name in chosen}
    by_database = {facet.name: alive(facet.choices) for facet in expected.options}
    assert {name: values for name, values in counted.items() if values} == {
        name: values for name, values in by_database.items() if values
    }
    for category in filter(None, goods.values()):
        assert found.below(category) == expected.below(category)


WORDS = st.one_of(
    st.text(max_size=120),
    st.text(alphabet="émile zebra10'\"%_*()[]{}\\^~:+-!?/&|<>", max_size=60),
    st.lists(st.sampled_from(["AND", "OR", "NOT", "name:zebra", "*", "zebra~2", "[a TO b]", "̈", "﷽", "𝒵ebra"])).map(
        " ".join
    ),
)


@pytest.mark.proof
@given(text=WORDS)
@settings(slow, max_examples=TEXTS)
def test_any_text_is_answered(goods, text):
    client = Client(raise_request_exception=True)
    assert client.get("/search/", {"search": text}).status_code in (200, 302)
    assert client.get("/search/suggest/", {"search": text}).status_code == 200
    assert client.get("/api/products/", {"search": text, "facets": "true"}).status_code in (200, 400)
    assert client.get("/api/products/suggest", {"q": text}).status_code in (200, 400)
    shown = set(Product.objects.filter(status=ProductStatus.ACTIVE).values_list("pk", flat=True))
    assert {product.pk for product in suggest(text).products} <= shown


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a\x00b",
        "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
        "x" * 100,
        "😀" * 50,
        "%",
        "'",
        '"',
        "\\",
    ],
)
def test_odd_texts(goods, text):
    test_any_text_is_answered.hypothesis.inner_test(goods, text)
