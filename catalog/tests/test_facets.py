"""How many products each further choice would leave."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.selectors.facets import MOST_CHOICES, facets
from catalog.selectors.listing import listing
from catalog.selectors.listing_query import ListingQuery
from catalog.tests.factories import BrandFactory, CategoryFactory, ProductFactory, TagFactory, VariantFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("found_by")]


def counts(choices):
    return {choice.code: choice.count for choice in choices}


@pytest.fixture
def goods():
    prints = CategoryFactory(slug="prints")
    hills = CategoryFactory(slug="hills", parent=prints)
    maker, other = BrandFactory(slug="maker", name="Maker"), BrandFactory(slug="other", name="Other")
    blue, calm = TagFactory(slug="blue"), TagFactory(slug="calm")
    ProductFactory(category=hills, brand=maker, tags=[blue, calm], price="10.00")
    ProductFactory(category=prints, brand=maker, tags=[blue], price="20.00")
    ProductFactory(category=None, brand=other, tags=[calm], price="30.00")
    return prints, hills


def test_what_is_counted(goods):
    prints, hills = goods
    found = facets(ListingQuery())
    assert counts(found.brands) == {"maker": 2, "other": 1}
    assert counts(found.tags) == {"blue": 2, "calm": 2}
    assert found.below(prints) == 2
    assert found.below(hills) == 1


def test_a_count_is_what_choosing_it_alone_would_show(goods):
    for query in (ListingQuery(), ListingQuery(tags=("blue",)), ListingQuery(max_price=Decimal(25), tags=("calm",))):
        found = facets(query)
        for tag in found.tags:
            assert listing(query.without(tags=(tag.code,))).count == tag.count
        for brand in found.brands:
            assert listing(query.without(brands=(brand.code,))).count == brand.count


def test_the_options_chosen_from_are_counted_without_the_choice():
    blue = TagFactory(slug="blue")
    for number, sizes in enumerate((["S", "M"], ["M"], ["L"])):
        product = ProductFactory(variants=0, tags=[blue] if number else [])
        for size in sizes:
            VariantFactory(product=product, options={"Size": size, "Colour": "Red"})
    small = ListingQuery(options=(("Size", ("S",)),))
    assert listing(small).count == 1
    assert listing(ListingQuery(options=(("Colour", ("Red",)), ("Size", ("L", "S"))))).count == 2
    assert listing(ListingQuery(options=(("Colour", ("Blue",)),))).count == 0
    found = {facet.name: counts(facet.choices) for facet in facets(small).options}
    assert found["Size"] == {"S": 1, "M": 2, "L": 1}
    assert facets(small).options[0].parameter in ("option.Colour", "option.Size")


def test_brands_are_alternatives(goods):
    found = facets(ListingQuery(brands=("other",)))
    assert counts(found.brands) == {"maker": 2, "other": 1}
    assert [choice.code for choice in found.brands if choice.chosen] == ["other"]
    assert {tag.code: tag.count for tag in found.tags if not tag.is_dead} == {"calm": 1}


def test_within_a_category(goods):
    _prints, hills = goods
    assert counts(facets(ListingQuery(), category=hills).tags) == {"blue": 1, "calm": 1}


def test_what_is_chosen_for_the_home_page_is_not_offered():
    ProductFactory(tags=[TagFactory(slug="featured"), TagFactory(slug="blue")])
    assert counts(facets(ListingQuery()).tags) == {"blue": 1}


def test_the_most_frequent_are_offered_and_what_is_chosen():
    rare = TagFactory(slug="rare", name="Rare")
    many = [TagFactory() for _ in range(MOST_CHOICES + 3)]
    ProductFactory(tags=[rare, *many])
    ProductFactory(tags=many)
    assert "rare" not in counts(facets(ListingQuery()).tags)
    assert "rare" in counts(facets(ListingQuery(tags=("rare",))).tags)
    assert len(facets(ListingQuery()).tags) == MOST_CHOICES


def test_one_query(goods, django_assert_num_queries):
    with django_assert_num_queries(1):
        facets(ListingQuery(tags=("blue",), brands=("maker",), search="product"), category=goods[0])
