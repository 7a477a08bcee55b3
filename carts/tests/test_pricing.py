"""Pricing: cases worked out by hand, and what must be true of every cart."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from carts.pricing.quote import PriceLine, ShippingPrice, price_cart
from shop.common.money import is_whole


def line(price: str, quantity: int = 1, tax: str = "0", key: str = "a") -> PriceLine:
    return PriceLine(key=key, unit_price=Decimal(price), quantity=quantity, tax_percent=Decimal(tax))


def post(price: str, tax: str = "0") -> ShippingPrice:
    return ShippingPrice(name="Standard", price=Decimal(price), tax_percent=Decimal(tax))


# currency, tax included, lines (price, quantity, tax), shipping (price, tax) → subtotal, shipping, tax, total
CASES = [
    ("EUR", True, [("49.90", 2, "19")], None, ("99.80", "0", "15.93", "99.80")),
    ("EUR", True, [("49.90", 2, "19")], ("4.90", "19"), ("99.80", "4.90", "16.71", "104.70")),
    ("EUR", True, [("10.00", 1, "19"), ("10.00", 1, "7")], None, ("20.00", "0", "2.25", "20.00")),
    ("EUR", False, [("49.90", 2, "19")], ("4.90", "19"), ("99.80", "4.90", "19.89", "124.59")),
    ("EUR", False, [("0.03", 1, "50")], None, ("0.03", "0", "0.02", "0.05")),
    ("EUR", True, [("119.00", 1, "0")], None, ("119.00", "0", "0.00", "119.00")),
    ("JPY", True, [("1100", 3, "10")], ("500", "10"), ("3300", "500", "345", "3800")),
    ("JPY", False, [("999", 1, "10")], None, ("999", "0", "100", "1099")),
    ("KWD", False, [("1.255", 3, "5")], ("0.500", "5"), ("3.765", "0.500", "0.213", "4.478")),
    ("EUR", True, [("0.00", 5, "19")], None, ("0.00", "0", "0.00", "0.00")),
]


@pytest.mark.parametrize(("currency", "included", "lines", "shipping", "expected"), CASES)
def test_known_cases(currency, included, lines, shipping, expected):
    quote = price_cart(
        [line(*parts, key=str(i)) for i, parts in enumerate(lines)],
        shipping=post(*shipping) if shipping else None,
        currency=currency,
        prices_include_tax=included,
    )
    assert (quote.subtotal, quote.shipping, quote.tax, quote.total) == tuple(map(Decimal, expected))
    assert quote.discount == 0


def test_an_empty_cart_costs_nothing():
    quote = price_cart([], shipping=None, currency="EUR", prices_include_tax=True)
    assert (quote.total, quote.tax, quote.lines) == (0, 0, ())


def test_steps_are_named():
    quote = price_cart([line("10.00", tax="19")], shipping=post("4.90"), currency="EUR", prices_include_tax=False)
    assert [(step.kind, step.label, step.amount) for step in quote.steps] == [
        ("goods", "", Decimal("10.00")),
        ("shipping", "Standard", Decimal("4.90")),
        ("tax", "", Decimal("1.90")),
    ]


def test_tax_that_is_included_is_no_step():
    quote = price_cart([line("10.00", tax="19")], shipping=None, currency="EUR", prices_include_tax=True)
    assert [step.kind for step in quote.steps] == ["goods"]
    assert quote.tax == Decimal("1.60")


def test_free_delivery_is_a_step_of_nothing():
    quote = price_cart([line("10.00")], shipping=post("0"), currency="EUR", prices_include_tax=True)
    assert quote.steps[1].kind == "shipping"
    assert quote.steps[1].amount == 0


def test_a_line_is_found_by_its_key():
    quote = price_cart(
        [line("1.00", key="x"), line("2.00", key="y")], shipping=None, currency="EUR", prices_include_tax=True
    )
    assert quote.line("y").unit_price == Decimal("2.00")


def test_a_price_with_too_many_decimals_is_rounded_before_it_is_multiplied():
    quote = price_cart([line("0.335", quantity=3)], shipping=None, currency="EUR", prices_include_tax=True)
    assert quote.total == Decimal("1.02")


prices = st.decimals(min_value=0, max_value=100_000, places=3)
percents = st.sampled_from([Decimal(p) for p in ("0", "5.5", "7", "9.5", "19", "21", "25.5", "27", "100")])
carts = st.lists(st.tuples(prices, st.integers(1, 20), percents), max_size=12)
freights = st.none() | st.tuples(prices, percents)


@limits(max_examples=300, deadline=None)
@given(cart=carts, freight=freights, currency=st.sampled_from(["JPY", "EUR", "KWD"]), included=st.booleans())
def test_everything_adds_up(cart, freight, currency, included):
    quote = price_cart(
        [PriceLine(key=str(i), unit_price=p, quantity=q, tax_percent=t) for i, (p, q, t) in enumerate(cart)],
        shipping=ShippingPrice(name="Post", price=freight[0], tax_percent=freight[1]) if freight else None,
        currency=currency,
        prices_include_tax=included,
    )
    tax_on_top = Decimal(0) if included else quote.tax
    assert sum(priced.total for priced in quote.lines) + quote.shipping + tax_on_top == quote.total
    assert sum(step.amount for step in quote.steps) == quote.total
    assert sum(priced.subtotal for priced in quote.lines) == quote.subtotal
    assert all(priced.subtotal - priced.discount == priced.total for priced in quote.lines)
    assert all(is_whole(step.amount, currency) for step in quote.steps)
    assert quote.tax >= 0
    assert quote.tax <= quote.total
