"""What a visitor asks of a list."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from catalog.selectors.listing_query import ORDERINGS, ListingQuery, parse_listing


def parse(text: str):
    return parse_listing(QueryDict(text))


def test_nothing_asked_is_the_list_itself():
    query, errors = parse("")
    assert query == ListingQuery()
    assert errors == {}
    assert query.order == "popularity"
    assert not query.is_filtered


def test_everything_asked():
    query, errors = parse(
        "search=+blue++hills&category=prints&brand=b&brand=a&tag=calm&min_price=10,50&max_price=99"
        "&min_rating=4&in_stock=true&on_sale=0&ordering=-price&page=3"
    )
    assert errors == {}
    assert query.words == ["blue", "hills"]
    assert query.search == "blue hills"
    assert (query.category, query.brands, query.tags) == ("prints", ("a", "b"), ("calm",))
    assert (query.min_price, query.max_price, query.min_rating) == (Decimal("10.50"), Decimal(99), Decimal(4))
    assert (query.in_stock, query.on_sale) == (True, False)
    assert (query.ordering, query.page) == ("-price", 3)
    assert query.is_filtered


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("min_price", "abc", "as a number"),
        ("min_price", "-1", "from 0 upwards"),
        ("max_price", "NaN", "as a number"),
        ("max_price", "Infinity", "as a number"),
        ("max_price", "1e99", "as a number"),
        ("min_rating", "6", "from 1 to 5"),
        ("in_stock", "maybe", "true or false"),
        ("ordering", "id; drop table", "no such order"),
        ("search", "x" * 101, "at most 100"),
        ("page", "0", "numbered from 1"),
        ("page", "-1", "numbered from 1"),
        ("page", "1.5", "numbered from 1"),
        ("page", "1000000000", "numbered from 1"),
        ("page", "٣", "numbered from 1"),
    ],
)
def test_what_cannot_be_used_is_named_and_left_out(name, value, says):
    parameters = QueryDict(mutable=True)
    parameters[name] = value
    query, errors = parse_listing(parameters)
    assert list(errors) == [name]
    assert says in str(errors[name][0])
    assert query == ListingQuery()


def test_a_range_upside_down_is_told_and_not_applied():
    query, errors = parse("min_price=50&max_price=10")
    assert list(errors) == ["max_price"]
    assert query == ListingQuery()


def test_best_match_needs_words():
    assert parse("ordering=relevance")[0].order == "popularity"
    assert parse("ordering=relevance&search=blue")[0].order == "relevance"
    assert parse("search=blue")[0].order == "relevance"
    assert parse("search=blue&ordering=name")[0].order == "name"


def test_the_page_alone_is_no_filter():
    assert not parse("page=2")[0].is_filtered
    assert parse("ordering=name")[0].is_filtered


def test_words_are_cleaned_and_few():
    assert parse("search=a%00b%0Ac")[0].search == "a b c"
    assert len(parse("search=" + "+".join("abcdefghijkl"))[0].words) == 8


@given(
    st.dictionaries(st.sampled_from(["search", "min_price", "max_price", "page", "ordering", "in_stock"]), st.text())
)
def test_any_text_gives_a_query_or_a_message(given_values):
    parameters = QueryDict(mutable=True)
    parameters.update(given_values)
    query, errors = parse_listing(parameters)
    assert query.order in ORDERINGS
    assert query.page >= 1
    assert all(messages for messages in errors.values())
