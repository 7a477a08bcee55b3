"""How many products each further choice would leave."""

from __future__ import annotations

from decimal import Decimal

import pytest

from catalog.selectors.facets import MOST_CHOICES, facets
from catalog.selectors.listing import listing
from catalog.selectors.listing_query import ListingQuery
from catalog.tests.factories import BrandFactory, CategoryFactory, ProductFactory, TagFactory

pytestmark = pytest.mark.django_db


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
    assert found.below(prints.path) == 2
    assert found.below(hills.path) == 1


def test_a_count_is_what_choosing_it_would_show(goods):
    for query in (ListingQuery(), ListingQuery(tags=("blue",)), ListingQuery(max_price=Decimal(25))):
        for tag in facets(query).tags:
            chosen = query.without(tags=tuple(sorted({*query.tags, tag.code})))
            assert listing(chosen).count == tag.count


def test_brands_are_alternatives(goods):
    found = facets(ListingQuery(brands=("other",)))
    assert counts(found.brands) == {"maker": 2, "other": 1}
    assert [choice.code for choice in found.brands if choice.chosen] == ["other"]
    assert counts(found.tags) == {"calm": 1}


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
