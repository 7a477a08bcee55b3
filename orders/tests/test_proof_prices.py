"""What shoppers see is what they order and pay, whatever staff edit meanwhile; and every door names the same sums.

    PROOF=full pytest orders/tests/test_proof_prices.py      1,000 purchases with edits, 300 carts at three doors

The sums themselves are proved by carts/tests/test_offers.py, where pricing is a function without a database.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client, override_settings
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from accounts.models import User
from carts.models import Cart, Coupon, Promotion, ShippingRate, TaxRate
from carts.selectors.carts import Shopper, cart_view
from carts.tests.api import Api, ok, refused
from carts.tests.promotions import promotion
from catalog.models import Variant
from catalog.tests.factories import CategoryFactory, ProductFactory, TagFactory
from orders.models import Order
from orders.tests.pages import CARD, SUMMARY, TYPED, fill_bag, text_of
from orders.tests.shown_sums import FIGURES, amounts, check_sums, line_of, order_for_staff, sums, sums_for_staff, texts
from shop.common.money import format_money, quantum
from shop.testing.undone import undone

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

FULL = os.environ.get("PROOF") == "full"
PURCHASES, CARTS = (1_000, 300) if FULL else (8, 6)
QUIET: Any = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
}
ADDRESS = {"full_name": "Ines Albrecht", "line1": "Hafenstraße 12", "postcode": "20359", "city": "Hamburg"}

units = st.integers(1, 400_000)
percents = st.sampled_from(["0", "5", "7", "8.875", "10", "19", "25.5", "100"])
goods_sold = st.lists(
    st.tuples(units, st.integers(1, 5), st.sampled_from(["standard", "reduced"])), min_size=1, max_size=3
)
offers = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["percent", "amount", "fixed_price", "free_shipping", "buy_x_get_y", "tiers"]),
        "scope": st.sampled_from(["order", "product", "category", "tag"]),
        "value": st.integers(0, 100),
        "buy_quantity": st.integers(1, 3),
        "get_quantity": st.integers(1, 2),
        "tiers": st.lists(
            st.tuples(st.integers(0, 500), st.integers(0, 100)), max_size=3, unique_by=lambda tier: tier[0]
        ),
        "tier_basis": st.sampled_from(["spend", "units"]),
        "tier_gives": st.sampled_from(["percent", "amount"]),
        "minimum_spend": st.none() | st.integers(0, 2_000),
        "stackable": st.booleans(),
        "priority": st.integers(1, 3),
    }
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A shop and a bag: goods as (price in the smallest unit, quantity, tax class)."""

    currency: str
    included: bool
    goods: list[tuple[int, int, str]]
    offers: list[dict[str, Any]]
    code: dict[str, Any] | None


cases = st.builds(
    Case,
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
    included=st.booleans(),
    goods=goods_sold,
    offers=st.lists(offers, max_size=3),
    code=st.none() | offers,
)


@contextmanager
def shop_of(case: Case) -> Iterator[list[tuple[Variant, int]]]:
    """The shop of the case until the end of the block; what to put in the bag."""
    with (
        undone(),
        override_settings(
            SHOP_CURRENCY=case.currency, SHOP_PRICES_INCLUDE_TAX=case.included, SHOP_RATE_LIMITS_ENABLED=False
        ),
    ):
        category, tag = CategoryFactory(), TagFactory()
        wanted = []
        for number, (price, quantity, tax_class) in enumerate(case.goods):
            first = {"category": category, "tags": [tag]} if number == 0 else {}
            product = ProductFactory(price=price * quantum(), stock=50, tax_class=tax_class, **first)
            wanted.append((product.variants.get(), quantity))
        about = {"order": (), "category": [category], "tag": [tag], "product": [wanted[-1][0].product]}
        for offer in case.offers:
            make_offer(offer, about)
        if case.code is not None:
            make_offer({**case.code, "code": "CODE"}, about)
        yield wanted


def make_offer(fields: dict[str, Any], about: dict[str, Any]) -> Promotion:
    known = {**fields, "value": str(fields["value"]), "tiers": [(str(at), str(off)) for at, off in fields["tiers"]]}
    return promotion(known.pop("kind"), about=about[known.pop("scope")], **known)


# --- Shown is ordered is charged ------------------------------------------------------------------


class AtTheStorefront:
    """A browser. `look` reads the total off the page, `confirm` sends the one it was shown last."""

    def __init__(self, user: User) -> None:
        self.client = Client()
        self.client.force_login(user)
        self.page = ""

    def fill(self, wanted: list[tuple[Variant, int]]) -> None:
        fill_bag(self.client, *wanted)

    def look(self) -> Decimal:
        self.page = self.client.get(SUMMARY).content.decode()
        return self._shown()

    def confirm(self) -> Decimal | None:
        """None when it is ordered, else the total that is shown now, with a word about it."""
        hidden = dict(re.findall(r'name="(cart_id|expected_total)" value="([^"]*)"', self.page))
        answer = self.client.post(SUMMARY, {**TYPED, **hidden, "act": "confirm"})
        if answer.status_code == 302:
            return None
        self.page = answer.content.decode()
        total = self._shown()
        assert f"The total is now {format_money(total)}" in text_of(answer)
        return total

    def pay(self, order: Order) -> None:
        address = reverse("orders:pay", args=[order.number])
        assert f"Pay {format_money(order.total)}" in text_of(self.client.get(address))
        assert self.client.post(address, CARD).status_code == 302

    def _shown(self) -> Decimal:
        total = Decimal(re.findall(r'name="expected_total" value="([^"]*)"', self.page)[0])
        assert sums(self.page)[-1][1] == format_money(total), "what is sent along is what can be read"
        return total


class AtTheApi:
    def __init__(self, user: User) -> None:
        self.api = Api(user=user)
        self.shown = ""

    def fill(self, wanted: list[tuple[Variant, int]]) -> None:
        for variant, quantity in wanted:
            ok(self.api.post("cart/items", {"variant_id": variant.pk, "quantity": quantity}), 201)

    def look(self) -> Decimal:
        self.shown = ok(self.api.get("cart/"))["total"]
        return Decimal(self.shown)

    def confirm(self) -> Decimal | None:
        body = {"delivery_address": {**ADDRESS, "country": "DE"}, "payment_method": "test"}
        answer = self.api.post("orders/", {**body, "expected_total": self.shown})
        if answer.status_code == 201:
            return None
        self.shown = refused(answer, 409, "total_changed")["total"]
        return Decimal(self.shown)

    def pay(self, order: Order) -> None:
        body = {"order_number": order.number, "token": CARD["number"]}
        assert Decimal(ok(self.api.post("payments/process", body), 201)["amount"]) == order.total


DOORS: dict[str, Any] = {"storefront": AtTheStorefront, "api": AtTheApi}


def price(number: int) -> None:
    ids = Variant.objects.order_by("pk").values_list("pk", flat=True)
    Variant.objects.filter(pk=ids[number % len(ids)]).update(price=(number * 37 % 90_000 + 1) * quantum())


def tax(number: int) -> None:
    TaxRate.objects.filter(country="DE", tax_class__code=("standard", "reduced")[number % 2]).update(
        percent=number % 30
    )


def coupon(number: int) -> None:
    if number % 3 == 0:
        Coupon.objects.update(is_active=False)
    elif number % 3 == 1:
        Promotion.objects.update(value=number % 101)
    else:
        Promotion.objects.update(is_active=False)


def freight(number: int) -> None:
    ShippingRate.objects.update(price=number % 20)


EDITS: dict[str, Callable[[int], None]] = {"price": price, "tax": tax, "coupon": coupon, "freight": freight}
edits = st.lists(st.tuples(st.sampled_from(sorted(EDITS)), st.integers(0, 500)), max_size=3)


def edit(wanted: list[tuple[str, int]]) -> None:
    for name, number in wanted:
        EDITS[name](number)


@limits(max_examples=PURCHASES, **QUIET)
@given(case=cases, door=st.sampled_from(sorted(DOORS)), before=edits, meanwhile=edits, after=edits)
def test_shown_is_ordered_is_charged(shopper, case, door, before, meanwhile, after):
    with shop_of(case) as wanted:
        buyer = DOORS[door](shopper)
        buyer.fill(wanted)
        with_code(shopper, case)
        seen = buyer.look()
        for edited in (before, meanwhile):
            edit(edited)
            seen = _confirmed(buyer, shopper, seen)
            if seen is None:
                break
        else:
            assert buyer.confirm() is None, "nothing was edited since"
        order = Order.objects.get()
        agreed = buyer.agreed
        assert order.total == agreed, "ordered is what was confirmed last"
        edit(after)
        if order.total:
            buyer.pay(order)
        order.refresh_from_db()
        assert (order.status, order.total, order.captured) == ("paid", agreed, agreed), "charged is what was ordered"


def _confirmed(buyer: Any, shopper: User, seen: Decimal) -> Decimal | None:
    """Confirm what was seen. Only that is ordered; another total is shown first and nothing is written."""
    now = cart_view(Shopper(user_id=shopper.pk)).quote.total
    told = buyer.confirm()
    if told is None:
        assert now == seen, "an order for a sum that nobody confirmed"
        buyer.agreed = seen
        return None
    assert now == told != seen
    assert not Order.objects.exists()
    buyer.agreed = told
    return told


def with_code(shopper: User, case: Case) -> None:
    """The code is in the bag whether it takes something off or not."""
    if case.code is not None:
        Cart.objects.filter(user=shopper).update(coupon_code="CODE")


# --- The same at every door ------------------------------------------------------------------------


@limits(max_examples=CARTS, **QUIET)
@given(case=cases)
def test_storefront_api_and_admin_name_the_same_sums(shopper, staff, case):
    with shop_of(case) as wanted:
        client, desk = Client(), Client()
        client.force_login(shopper)
        desk.force_login(staff)
        fill_bag(client, *wanted)
        with_code(shopper, case)
        cart = ok(Api(client=client).get("cart/"))
        check_sums(cart, cart["total"])
        rows = texts(cart, cart["total"])
        assert [text for _label, text in sums(client.get("/cart/").content.decode())] == rows
        summary = client.get(SUMMARY).content.decode()
        assert [text for _label, text in sums(summary)] == rows
        assert _cart_for_staff(desk) == rows

        hidden = dict(re.findall(r'name="(cart_id|expected_total)" value="([^"]*)"', summary))
        assert client.post(SUMMARY, {**TYPED, **hidden, "act": "confirm"}).status_code == 302
        order = Order.objects.get()
        own = ok(Api(client=client).get(f"orders/{order.number}"))
        seen_by_staff = ok(Api(user=staff).get(f"admin/orders/{order.number}"))
        for told in (own, seen_by_staff):
            assert [told[name] for name in FIGURES] == [cart[name] for name in FIGURES]
            assert told["total_amount"] == cart["total"]
            assert [line_of(line) for line in told["items"]] == [line_of(line) for line in cart["items"]]
        assert own["steps"] == cart["steps"]
        page = client.get(order.get_absolute_url()).content.decode()
        assert [text for _label, text in sums(page[page.index('class="summary') :])] == rows
        assert _order_for_staff(desk, order)[: len(rows)] == [*amounts(cart), format_money(Decimal(cart["total"]))]


def _cart_for_staff(desk: Client) -> list[str]:
    address = reverse("admin:carts_cart_change", args=[Cart.objects.get(status="open").pk])
    return sums_for_staff(desk.get(address).content.decode())


def _order_for_staff(desk: Client, order: Order) -> list[str]:
    return order_for_staff(desk.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode())
