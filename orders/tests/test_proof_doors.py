"""Storefront, API and admin name the same sums for any bag, and for the order it becomes.

    PROOF=full pytest orders/tests/test_proof_doors.py                       1,000 shops of 50 bags, 10 of each ordered
    PROOF=full PROOF_EXAMPLES=100 pytest --hypothesis-seed=1 orders/tests/test_proof_doors.py           a part of them

PROOF_ORDERED says how many bags of each shop become orders: an order takes nearly as long as all doors of its bag.
test_proof_prices.py compares fewer by HTTP, with all that stands around the sums.
"""

from __future__ import annotations

import gc
import html
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import override_settings
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from accounts.models import User
from accounts.services.postal import PostalInput
from carts.api.views.cart import CartEndpoint
from carts.models import Cart, CartLine, CartStatus, ShippingMethod, ShippingRate, TaxRate
from carts.selectors.carts import Shopper
from carts.web.cart_views import cart as cart_page
from catalog.models import Variant
from catalog.tests.factories import CategoryFactory, ProductFactory, TagFactory
from orders.services.checkout import Checkout
from orders.services.place_order import place_order
from orders.tests.doors import (
    answer,
    cart_in_admin,
    doors,
    kept_for_bag,
    kept_for_shop,
    orders_for_customer,
    orders_for_staff,
    page,
)
from orders.tests.shown_sums import FIGURES, amounts, check_sums, line_of, order_for_staff, sums, sums_for_staff, texts
from orders.tests.test_proof_prices import QUIET, make_offer, offers, percents
from orders.web.checkout_views import summary as summary_page
from shop.common.money import format_money, quantum
from shop.testing.undone import undone

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

FULL = os.environ.get("PROOF") == "full"
SHOPS = int(os.environ.get("PROOF_EXAMPLES", "1000")) if FULL else 4
BAGS = 50 if FULL else 6
GOODS = 4
ORDERED = int(os.environ.get("PROOF_ORDERED", "10")) if FULL else BAGS

PLACE = {"region": "", "postcode": "20359"}
BAG_LINE = re.compile(r'<p class="line__sum num">(.*?)</p>')
SUMMARY_LINE = re.compile(r'<span class="num">(.*?)</span>')
ORDER_LINE = re.compile(r'<p class="small muted num">(\d+) at (.*?)</p>.*?<p class="num">(.*?)</p>', re.DOTALL)
STAFF_LINE = re.compile(r'<td class="number">(\d+) × (.*?)</td>\s*<td class="number">(.*?)</td>')
TAX = re.compile(r"Includes (.*?) tax")


@dataclass(frozen=True, kw_only=True)
class Goods:
    price: int
    tax_class: str
    in_category: bool
    tagged: bool


@dataclass(frozen=True, kw_only=True)
class Shop:
    """Amounts in the smallest unit. `taxes` are percents by country and class, `freight` by country."""

    currency: str
    included: bool
    goods: list[Goods]
    offers: list[dict[str, Any]]
    code: dict[str, Any]
    taxes: dict[tuple[str, str], str]
    freight: int
    free_from: int | None


@dataclass(frozen=True, kw_only=True)
class Bag:
    """`wanted` are goods of the shop by their place, and how many."""

    wanted: tuple[tuple[int, int], ...]
    country: str
    has_code: bool


shops = st.builds(
    Shop,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    included=st.booleans(),
    goods=st.lists(
        st.builds(
            Goods,
            price=st.integers(1, 400_000) | st.integers(1, 300),
            tax_class=st.sampled_from(["standard", "reduced"]),
            in_category=st.booleans(),
            tagged=st.booleans(),
        ),
        min_size=GOODS,
        max_size=GOODS,
    ),
    offers=st.lists(offers, max_size=3),
    code=offers,
    taxes=st.fixed_dictionaries({(c, t): percents for c in ("DE", "FR") for t in ("standard", "reduced")}),
    freight=st.integers(0, 3_000),
    free_from=st.none() | st.integers(0, 200_000),
)
# Of each thing a bag has up to seven; five digits of the twelve mean none.
MOST, DIGITS = 7, 12
COUNTRIES = ("DE", "FR", "US")


def bag_of(number: int) -> Bag:
    """A bag for each number: drawing fifty lists takes hypothesis a while."""
    number, country = divmod(number, len(COUNTRIES))
    number, has_code = divmod(number, 2)
    number, first = divmod(number, GOODS)
    counts = [number // DIGITS**place % DIGITS - (DIGITS - 1 - MOST) for place in range(GOODS)]
    wanted = [(place, count) for place, count in enumerate(counts) if count > 0]
    return Bag(
        wanted=tuple(wanted[first:] + wanted[:first]) or ((first, 1),),
        country=COUNTRIES[country],
        has_code=bool(has_code),
    )


bags = st.integers(0, len(COUNTRIES) * 2 * GOODS * DIGITS**GOODS - 1)


@pytest.fixture(scope="module", autouse=True)
def _swept() -> Iterator[None]:
    """What is there already is not looked through again and again: a tenth of the time."""
    gc.freeze()
    yield
    gc.unfreeze()


@limits(max_examples=SHOPS, **QUIET)
@given(shop=shops, numbers=st.lists(bags, min_size=BAGS, max_size=BAGS, unique_by=bag_of))
def test_every_door_names_the_same_sums(shopper, staff, shop, numbers):
    wanted = [bag_of(number) for number in numbers]
    with doors(), open_shop(shop) as variants:
        seen = [look(shopper, variants, bag, orders=place < ORDERED) for place, bag in enumerate(wanted)]
        shown = zip(seen[:ORDERED], orders_for_customer(shopper), orders_for_staff(staff), strict=True)
        for told, (own_page, own), (staff_page, staffs) in shown:
            compare_order(told, own_page, own)
            compare_for_staff(told, staff_page, staffs)


# --- The shop ---------------------------------------------------------------------------------------


@contextmanager
def open_shop(shop: Shop) -> Iterator[list[Variant]]:
    """The shop until the end of the block, and what there is in it."""
    with (
        undone(),
        override_settings(
            SHOP_CURRENCY=shop.currency, SHOP_PRICES_INCLUDE_TAX=shop.included, SHOP_RATE_LIMITS_ENABLED=False
        ),
    ):
        category, tag = CategoryFactory(), TagFactory()
        made = [
            ProductFactory(
                price=goods.price * quantum(),
                stock=1_000,
                tax_class=goods.tax_class,
                category=category if goods.in_category else None,
                tags=[tag] if goods.tagged else [],
            )
            for goods in shop.goods
        ]
        about = {"order": (), "category": [category], "tag": [tag], "product": made[:2]}
        for offer in (*shop.offers, {**shop.code, "code": "CODE"}):
            make_offer(offer, about)
        set_taxes_and_freight(shop)
        with kept_for_shop(timezone.now()):
            yield [product.variants.get() for product in made]


def set_taxes_and_freight(shop: Shop) -> None:
    for (country, tax_class), percent in shop.taxes.items():
        TaxRate.objects.filter(country=country, tax_class__code=tax_class).update(percent=percent)
    ShippingRate.objects.update(price=shop.freight * quantum())
    ShippingMethod.objects.update(free_from=None if shop.free_from is None else shop.free_from * quantum())


# --- A bag ------------------------------------------------------------------------------------------


def look(shopper: User, variants: Sequence[Variant], bag: Bag, *, orders: bool) -> dict[str, Any]:
    """The bag as the API tells it, after every other door said the same. Then it is ordered, or put away."""
    cart = fill(shopper, variants, bag)
    with kept_for_bag():
        told: dict[str, Any] = answer(shopper, CartEndpoint)
        check_sums(told, told["total"])
        compare_bag(told, page(shopper, cart_page))
        hidden = compare_summary(told, page(shopper, summary_page))
        assert sums_for_staff(cart_in_admin(cart)) == texts(told, told["total"])
        if orders:
            place_order(checkout(shopper, bag, hidden))
        else:
            Cart.objects.filter(pk=cart.pk).update(status=CartStatus.MERGED, open_for=None)
    return told


def fill(shopper: User, variants: Sequence[Variant], bag: Bag) -> Cart:
    code = "CODE" if bag.has_code else ""
    cart = Cart.objects.create(user=shopper, open_for=shopper, country=bag.country, coupon_code=code, **PLACE)
    wanted = [(variants[place], quantity) for place, quantity in bag.wanted]
    CartLine.objects.bulk_create(
        [CartLine(cart=cart, variant=variant, quantity=count, price_seen=variant.price) for variant, count in wanted]
    )
    return cart


def checkout(shopper: User, bag: Bag, hidden: dict[str, str]) -> Checkout:
    """What the summary's form makes of what it shows."""
    address = PostalInput(
        full_name="Ines Albrecht", line1="Hafenstraße 12", city="Hamburg", country=bag.country, **PLACE
    )
    return Checkout(
        shopper=Shopper(user_id=shopper.pk),
        cart_id=hidden["cart_id"],
        email=shopper.email,
        delivery=address,
        payment_method="test",
        expected_total=Decimal(hidden["expected_total"]),
    )


def compare_bag(told: dict[str, Any], bag: str) -> None:
    assert [text for _label, text in sums(bag)] == texts(told, told["total"])
    assert [html.unescape(text) for text in BAG_LINE.findall(bag)] == line_prices(told)
    assert TAX.findall(html.unescape(bag)) == tax_within(told)


def compare_summary(told: dict[str, Any], summary: str) -> dict[str, str]:
    """What the page sends along."""
    hidden = dict(re.findall(r'name="(cart_id|expected_total)" value="([^"]*)"', summary))
    assert hidden == {"cart_id": told["id"], "expected_total": told["total"]}
    assert [text for _label, text in sums(summary)] == texts(told, told["total"])
    assert [html.unescape(text) for text in SUMMARY_LINE.findall(summary)] == line_prices(told)
    assert TAX.findall(html.unescape(summary)) == tax_within(told)
    return hidden


# --- The order it became ----------------------------------------------------------------------------


def compare_order(told: dict[str, Any], order: str, own: dict[str, Any]) -> None:
    compare_answer(told, own)
    assert own["steps"] == told["steps"]
    text = html.unescape(order)
    assert [text for _label, text in sums(order)] == texts(told, told["total"])
    assert ORDER_LINE.findall(text) == sold(told)
    assert TAX.findall(text) == tax_within(told)


def compare_for_staff(told: dict[str, Any], order: str, staffs: dict[str, Any]) -> None:
    compare_answer(told, staffs)
    total = format_money(Decimal(told["total"]))
    assert order_for_staff(order) == [*amounts(told), total, *tax_within(told)]
    assert STAFF_LINE.findall(html.unescape(order)) == sold(told)


def compare_answer(told: dict[str, Any], order: dict[str, Any]) -> None:
    assert [order[name] for name in FIGURES] == [told[name] for name in FIGURES]
    assert order["total_amount"] == told["total"]
    assert [line_of(line) for line in order["items"]] == [line_of(line) for line in told["items"]]


def line_prices(told: dict[str, Any]) -> list[str]:
    """Each line before what promotions take off."""
    return [format_money(Decimal(line["unit_price"]) * line["quantity"]) for line in told["items"]]


def sold(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    """How many, at what price, for how much in all."""
    return [
        (str(line["quantity"]), format_money(Decimal(line["unit_price"])), format_money(Decimal(line["line_total"])))
        for line in told["items"]
    ]


def tax_within(told: dict[str, Any]) -> list[str]:
    tax = Decimal(told["tax"])
    return [format_money(tax)] if tax and told["prices_include_tax"] else []
