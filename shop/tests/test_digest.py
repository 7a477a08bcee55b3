"""What shows the same has the same digest, and nothing else has."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Brand, Category, Product
from shop.common.digest import NoDigest, digest_of

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.decimals(allow_nan=False),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(), inside, max_size=3),
    max_leaves=8,
)


@given(one=VALUES, other=VALUES)
def test_different_things_differ(one, other):
    assert (digest_of(one) == digest_of(other)) == (repr(one) == repr(other))


@dataclass(frozen=True)
class Pair:
    left: object
    right: object = ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<b>", mark_safe("<b>")),
        ("1", 1),
        (Decimal("1.0"), Decimal("1.00")),
        (["a", "b"], ["b", "a"]),
        (["ab"], ["a", "b"]),
        (Pair("a"), Pair("b")),
        (Pair("a", "b"), ["a", "b"]),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)),
        (Product(pk=1, name="a"), Product(pk=1, name="b")),
        (Product(pk=1), Brand(pk=1)),
        (Product(pk=1, brand=Brand(pk=2, name="a")), Product(pk=1, brand=Brand(pk=2, name="b"))),
        (Category(pk=1, image="a.png"), Category(pk=1, image="b.png")),
        ({"a": Category(path="0001")}, {"a": Category(path="0002")}),
    ],
)
def test_small_differences_count(one, other):
    assert digest_of(one) != digest_of(other)


def test_the_same_again():
    row = Product(pk=1, name="a", brand=Brand(pk=2, name="b"), created_at=datetime(2026, 1, 1, tzinfo=UTC))
    again = Product(pk=1, name="a", brand=Brand(pk=2, name="b"), created_at=datetime(2026, 1, 1, tzinfo=UTC))
    again.updated_at = row.updated_at
    assert digest_of([row, {1, 2}, gettext_lazy("Search")]) == digest_of([again, {2, 1}, "Search"])
    assert digest_of(Pair("a")) == digest_of(replace(Pair("b"), left="a"))


def test_what_cannot_be_compared_is_refused():
    with pytest.raises(NoDigest, match="object has no digest"):
        digest_of([object()])
