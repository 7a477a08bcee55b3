"""Cells and handles as values."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from catalog.services.importing.handles import handle_slug
from catalog.services.importing.remarks import BadValue
from catalog.services.importing.values import as_amount, as_bool, as_code, as_grams, as_price, as_units
from catalog.services.slugs import slug_problem


@pytest.mark.parametrize(
    ("text", "amount"), [("49.90", "49.90"), ("50", "50"), ("0", "0"), ("9.500", "9.5"), (".5", "0.5"), ("7.", "7")]
)
def test_prices(text: str, amount: str) -> None:
    assert as_price(text) == Decimal(amount)


@pytest.mark.parametrize("text", ["1,50", "1,234.50", "€5", "5 EUR", "abc", "1e3", "NaN", "٥", "1.2.3", "9" * 40])
def test_what_could_mean_two_things_is_no_price(text: str) -> None:
    with pytest.raises(BadValue, match=r"write it like 1234\.50"):
        as_price(text)


@pytest.mark.parametrize(
    ("read", "text", "message"),
    [
        (as_price, "-1", "A price cannot be below zero"),
        (as_price, "1.999", "Use at most 2 decimals"),
        (as_price, "999999999", "A price can be at most"),
        (as_units, "1.5", "write a whole number"),
        (as_units, "many", "write a whole number"),
        (as_units, "1000000000", "Stock can be at most"),
        (lambda text: as_bool(text, what="published"), "perhaps", "write TRUE or FALSE"),
        (lambda text: as_amount(text, what="weight"), "-1", "write a number like 0.75"),
        (lambda text: as_grams(text, "stone"), "1", "use g, kg, lb or oz"),
        (lambda text: as_grams(text, "kg"), "9999999", "more than 10 tonnes"),
        (lambda text: as_code(text, longest=64, what="SKU"), "x" * 65, "SKU: Use at most 64 characters"),
        (lambda text: as_code(text, longest=64, what="barcode"), "4.00638E+12", "shortened by a spreadsheet"),
        (lambda text: as_code(text, longest=64, what="SKU"), "a\x07", "characters that cannot be stored"),
    ],
)
def test_other_values_that_cannot_be_used(read: Any, text: str, message: str) -> None:
    with pytest.raises(BadValue, match=message):
        read(text)


def test_other_values() -> None:
    assert (as_units("-3"), as_units("0012")) == (-3, 12)
    assert (as_grams("1250.5"), as_grams("1.5", "KG"), as_grams("1", "lb"), as_grams("2", "oz")) == (
        1251,
        1500,
        454,
        57,
    )
    assert (as_bool("TRUE", what="x"), as_bool("no", what="x")) == (True, False)
    assert (as_code("'4006381333931", longest=64, what="x"), as_code("'quoted'", longest=64, what="x")) == (
        "4006381333931",
        "'quoted'",
    )


@pytest.mark.parametrize("handle", ["mug", "clay-pot-2", "red_mug"])
def test_handles_are_slugs(handle: str) -> None:
    assert handle_slug(handle) == handle


def test_handles_that_cannot_be_slugs_are_told_apart() -> None:
    handles = ["größe", "grösse", "groe", "2024", "suggest", "a b", "a--b", "x" * 300, "x" * 301, "潮", "汐"]
    slugs = [handle_slug(handle) for handle in handles]
    assert len(set(slugs)) == len(handles)
    assert [slug for slug in slugs if slug_problem(slug) or len(slug) > 200] == []
    assert slugs == [handle_slug(handle) for handle in handles]
