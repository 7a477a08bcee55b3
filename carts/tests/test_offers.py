"""What promotions take off: cases worked out by hand, and what must be true of every combination."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from carts.pricing.offers import Offer, Tier
from carts.pricing.quote import PriceLine, Quote, ShippingPrice, price_cart, without_tax
from shop.common.money import is_whole, quantum

EXAMPLES = 50_000 if os.environ.get("PROOF") == "full" else 300


def line(key: str, price: str, quantity: int = 1, tax: str = "0") -> PriceLine:
    return PriceLine(key=key, unit_price=Decimal(price), quantity=quantity, tax_percent=Decimal(tax))


def offer(kind: Any, value: str = "0", key: str = "1", **fields: Any) -> Offer:
    return Offer(key=key, name=f"offer {key}", kind=kind, value=Decimal(value), **fields)


def quote(lines: list[PriceLine], *offers: Offer, post: str | None = None, **how: Any) -> Quote:
    shipping = ShippingPrice(name="Post", price=Decimal(post), tax_percent=Decimal(19)) if post else None
    return price_cart(lines, shipping=shipping, offers=offers, **{"currency": "EUR", "prices_include_tax": True, **how})


def discounts(found: Quote) -> dict[str, str]:
    return {line.key: str(line.discount) for line in found.lines}


class TestKinds:
    def test_percent_is_rounded_once_and_spread_to_the_cent(self):
        """Ten percent of 9.99 three times is 3.00 (2.997), not three times 1.00."""
        found = quote([line("a", "9.99"), line("b", "9.99"), line("c", "9.99")], offer("percent", "10"))
        assert discounts(found) == {"a": "1.00", "b": "1.00", "c": "1.00"}
        found = quote([line("a", "0.33"), line("b", "0.33"), line("c", "0.34")], offer("percent", "50"))
        assert sum(map(Decimal, discounts(found).values())) == Decimal("0.50")
        assert discounts(found) == {"a": "0.17", "b": "0.16", "c": "0.17"}

    def test_an_amount_comes_off_once_in_proportion(self):
        found = quote([line("a", "30.00"), line("b", "10.00", 2)], offer("amount", "5"))
        assert discounts(found) == {"a": "3.00", "b": "2.00"}
        assert found.total == Decimal("45.00")

    def test_an_amount_takes_no_more_than_there_is(self):
        found = quote([line("a", "3.00")], offer("amount", "5"), post="4.90")
        assert (found.discount, found.total) == (Decimal("3.00"), Decimal("4.90"))

    def test_only_the_lines_it_is_about(self):
        found = quote([line("a", "10.00"), line("b", "10.00")], offer("percent", "20", line_keys=frozenset({"b"})))
        assert discounts(found) == {"a": "0", "b": "2.00"}

    def test_a_fixed_price_is_each_units(self):
        found = quote([line("a", "12.00", 3), line("b", "4.00")], offer("fixed_price", "5"))
        assert discounts(found) == {"a": "21.00", "b": "0"}

    def test_free_shipping(self):
        found = quote([line("a", "10.00", tax="19")], offer("free_shipping"), post="4.90")
        assert (found.shipping, found.discount, found.total) == (0, 0, Decimal("10.00"))
        assert found.tax == Decimal("1.60"), "what is not charged is not taxed"
        assert [(s.kind, s.label, str(s.amount)) for s in found.steps] == [
            ("goods", "", "10.00"),
            ("shipping", "Post", "4.90"),
            ("shipping_discount", "offer 1", "-4.90"),
        ]

    def test_free_shipping_twice_is_free_once(self):
        found = quote([line("a", "1.00")], offer("free_shipping"), offer("free_shipping", key="2"), post="4.90")
        assert found.total == Decimal("1.00")
        assert found.refused["2"].reason == "no_goods"

    @pytest.mark.parametrize(("units", "free"), [(2, 0), (3, 1), (5, 1), (6, 2)])
    def test_buy_two_get_one_free(self, units, free):
        found = quote([line("a", "10.00", units)], offer("buy_x_get_y", "100", buy_quantity=2, get_quantity=1))
        assert found.discount == 10 * free

    def test_the_cheapest_units_are_given(self):
        lines = [line("dear", "30.00"), line("cheap", "5.00", 2)]
        found = quote(lines, offer("buy_x_get_y", "50", buy_quantity=2, get_quantity=1))
        assert discounts(found) == {"dear": "0", "cheap": "2.50"}

    @pytest.mark.parametrize(("units", "off"), [(1, "0"), (2, "2.00"), (4, "4.00"), (5, "10.00")])
    def test_tiers_by_units_in_percent(self, units, off):
        tiers = (Tier(threshold=Decimal(2), value=Decimal(10)), Tier(threshold=Decimal(5), value=Decimal(20)))
        found = quote([line("a", "10.00", units)], offer("tiers", tiers=tiers, tiers_count_units=True))
        assert found.discount == Decimal(off)

    def test_tiers_by_spend_in_amounts(self):
        tiers = (Tier(threshold=Decimal(50), value=Decimal(5)), Tier(threshold=Decimal(100), value=Decimal(15)))
        stairs = offer("tiers", tiers=tiers, tiers_give_amount=True)
        assert [quote([line("a", p)], stairs).discount for p in ("49.99", "50.00", "99.99", "100.00")] == [0, 5, 5, 15]


class TestTogether:
    def test_each_works_on_what_the_one_before_left(self):
        found = quote([line("a", "100.00")], offer("percent", "10"), offer("percent", "10", key="2"))
        assert [(s.label, str(s.amount)) for s in found.steps[1:]] == [("offer 1", "-10.00"), ("offer 2", "-9.00")]
        assert found.total == Decimal("81.00")

    def test_one_that_stands_alone_ends_the_row(self):
        found = quote([line("a", "100.00")], offer("percent", "10", stackable=False), offer("amount", "5", key="2"))
        assert found.total == Decimal("90.00")
        assert (found.refused["2"].reason, found.refused["2"].other) == ("not_together", "offer 1")

    def test_one_that_stands_alone_does_not_come_after_others(self):
        found = quote([line("a", "100.00")], offer("amount", "5"), offer("percent", "10", key="2", stackable=False))
        assert found.total == Decimal("95.00")
        assert found.refused["2"].reason == "not_together"

    def test_one_that_takes_nothing_keeps_nobody_away(self):
        alone = offer("percent", "10", stackable=False, line_keys=frozenset({"elsewhere"}))
        assert quote([line("a", "100.00")], alone, offer("amount", "5", key="2")).total == Decimal("95.00")

    def test_the_minimum_counts_goods_before_discounts(self):
        lines = [line("a", "50.00")]
        second = offer("amount", "5", key="2", minimum_spend=Decimal(50))
        assert quote(lines, offer("percent", "10"), second).total == Decimal("40.00")
        short = quote([line("a", "42.50")], second)
        assert (short.total, short.refused["2"].missing) == (Decimal("42.50"), Decimal("7.50"))


# Published examples. Tax within a gross price and half-up rounding: §§ 10, 14 UStG practice tables (19 %, 7 %);
# Swedish 25 % = 20 % of gross; Japan's consumption tax on 1,100 yen = 100; Kuwaiti fils have three decimals.
PUBLISHED_TAX = [
    ("EUR", True, "119.00", "19", "19.00"),
    ("EUR", True, "107.00", "7", "7.00"),
    ("EUR", True, "9.99", "19", "1.60"),
    ("EUR", True, "0.99", "19", "0.16"),
    ("EUR", False, "100.00", "19", "19.00"),
    ("SEK", True, "125.00", "25", "25.00"),
    ("GBP", True, "120.00", "20", "20.00"),
    ("GBP", True, "17.99", "20", "3.00"),
    ("CHF", True, "108.10", "8.1", "8.10"),
    ("USD", False, "19.99", "8.875", "1.77"),
    ("USD", False, "0.50", "9", "0.05"),  # 0.045 half up
    ("JPY", True, "1100", "10", "100"),
    ("JPY", True, "1080", "8", "80"),
    ("JPY", False, "105", "10", "11"),  # 10.5 half up
    ("KWD", False, "1.250", "5", "0.063"),  # 0.0625 half up
    ("BHD", True, "1.100", "10", "0.100"),
]


@pytest.mark.parametrize(("currency", "included", "price", "percent", "tax"), PUBLISHED_TAX)
def test_published_tax_examples(currency, included, price, percent, tax):
    found = quote([line("a", price, tax=percent)], currency=currency, prices_include_tax=included)
    assert found.tax == Decimal(tax)


# The largest-remainder method as it is taught: 1.00 over three equal lines, and Hamilton's own example of seats.
PUBLISHED_SPREADS = [
    ("EUR", ["10.00", "10.00", "10.00"], "1.00", ["0.34", "0.33", "0.33"]),
    ("EUR", ["0.01", "0.01", "0.01"], "0.02", ["0.01", "0.01", "0"]),
    ("EUR", ["99.99", "0.01"], "10.00", ["10.00", "0"]),
    ("JPY", ["1000", "1000", "1000"], "100", ["34", "33", "33"]),
    ("JPY", ["47000", "16000", "15900", "12000", "6000", "3100"], "10", ["5", "2", "1", "1", "1", "0"]),
    ("KWD", ["1.000", "2.000"], "0.001", ["0", "0.001"]),
]


@pytest.mark.parametrize(("currency", "prices", "off", "expected"), PUBLISHED_SPREADS)
def test_published_spreads(currency, prices, off, expected):
    found = quote([line(str(i), p) for i, p in enumerate(prices)], offer("amount", off), currency=currency)
    assert [line.discount for line in found.lines] == [Decimal(part) for part in expected]


@pytest.mark.parametrize(
    ("price", "percent", "net"), [("119.00", "19", "100.00"), ("9.99", "19", "8.39"), ("5.00", "0", "5.00")]
)
def test_without_tax(price, percent, net):
    assert without_tax(Decimal(price), Decimal(percent), "EUR") == Decimal(net)


amounts = st.decimals(min_value=0, max_value=20_000, places=3)
taxes = st.sampled_from([Decimal(p) for p in ("0", "5.5", "7", "8.875", "19", "21", "25.5", "100")])
carts = st.lists(st.tuples(amounts, st.integers(1, 20), taxes), max_size=8)
tiers = st.lists(st.builds(Tier, threshold=amounts, value=amounts), max_size=3).map(tuple)
offers = st.lists(
    st.builds(
        Offer,
        key=st.uuids().map(str),
        name=st.just("offer"),
        kind=st.sampled_from(["percent", "amount", "fixed_price", "free_shipping", "buy_x_get_y", "tiers"]),
        value=st.one_of(amounts, st.decimals(min_value=0, max_value=100, places=3)),
        line_keys=st.none() | st.frozensets(st.integers(0, 8).map(str)),
        buy_quantity=st.integers(0, 5),
        get_quantity=st.integers(0, 5),
        tiers=tiers,
        tiers_count_units=st.booleans(),
        tiers_give_amount=st.booleans(),
        minimum_spend=st.none() | amounts,
        stackable=st.booleans(),
    ),
    max_size=5,
)


@pytest.mark.proof
@limits(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    cart=carts,
    freight=st.none() | st.tuples(amounts, taxes),
    promotions=offers,
    currency=st.sampled_from(["JPY", "EUR", "KWD"]),
    included=st.booleans(),
)
def test_whatever_is_offered_everything_adds_up(cart, freight, promotions, currency, included):
    found = price_cart(
        [PriceLine(key=str(i), unit_price=p, quantity=q, tax_percent=t) for i, (p, q, t) in enumerate(cart)],
        shipping=ShippingPrice(name="Post", price=freight[0], tax_percent=freight[1]) if freight else None,
        currency=currency,
        prices_include_tax=included,
        offers=promotions,
    )
    on_top = Decimal(0) if included else found.tax
    assert sum(line.total for line in found.lines) + found.shipping + on_top == found.total
    assert sum(step.amount for step in found.steps) == found.total
    assert found.subtotal - found.discount + found.shipping + on_top == found.total
    assert all(Decimal(0) <= line.discount <= line.subtotal for line in found.lines), "never more off than it is worth"
    assert all(line.subtotal - line.discount == line.total for line in found.lines)
    assert sum(taken.goods for taken in found.taken) == found.discount
    assert min([found.total, found.shipping, found.tax, found.discount]) >= 0
    assert all(is_whole(step.amount, currency) for step in found.steps)
    assert all(is_whole(line.tax, currency) and is_whole(line.discount, currency) for line in found.lines)
    alone = [taken for taken in found.taken if not taken.offer.stackable]
    assert not alone or len(found.taken) == 1
    assert {t.offer.key for t in found.taken}.isdisjoint(found.refused)
    assert len(found.taken) + len(found.refused) == len(promotions)


@limits(max_examples=100, deadline=None)
@given(price=amounts, percent=taxes, currency=st.sampled_from(["JPY", "EUR", "KWD"]))
def test_a_price_and_its_tax_are_the_price(price, percent, currency):
    net = without_tax(price, percent, currency)
    assert abs(net * (100 + percent) / 100 - price) <= 2 * quantum(currency)
