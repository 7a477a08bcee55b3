"""What was sent comes back: by line, with or without money, onto the shelf or not."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from carts.tests.factories import counters, goods
from carts.tests.promotions import promotion
from orders.models import Order, OrderLine
from orders.services.refund_order import GiveBack, refund_order
from orders.services.return_order import CameBack, ReturnOrder, return_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.permissions import clerk
from orders.tests.stock import assert_stock_agrees
from shop.common.errors import InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def books():
    yield
    assert_stock_agrees()


@pytest.fixture
def order() -> Order:
    """Three of one thing for 10.00 each less 5.00, one of another for 20.00, sent and paid."""
    promotion("amount", value="5.00")
    items = [(goods(price="10.00", stock=5), 3), (goods(price="20.00", stock=5), 1)]
    return OrderFactory(items=items, status="shipped")


def line(order: Order, quantity: int) -> OrderLine:
    return order.lines.get(quantity=quantity)


def back(order: Order, quantities: dict[int, int], *, restock: bool = True, **more: object) -> None:
    """`quantities`: units that come back, by how many the line had."""
    lines = {line(order, q).public_id: CameBack(quantity=n, restock=restock) for q, n in quantities.items()}
    return_order(ReturnOrder(order_id=order.pk, lines=lines, **more))
    settle_refunds(order)
    order.refresh_from_db()


def test_units_one_by_one_make_exactly_what_the_line_cost(order):
    """The line cost 27.00 (30.00 less 3.00 of the discount): 9.00 each."""
    assert line(order, 3).line_total == Decimal("27.00")
    for number in (1, 2, 3):
        back(order, {3: 1})
        assert order.refunded == 9 * number
    assert counters(line(order, 3).variant) == (5, 0, 0)
    assert order.payment_status == "partially_refunded"


def test_uneven_cents_end_even():
    order = OrderFactory(items=[(goods(price="3.33", stock=9), 3)], status="shipped")
    promotion_free_total = line(order, 3).line_total
    amounts = []
    for _ in range(3):
        before = order.refunded
        back(order, {3: 1})
        amounts.append(order.refunded - before)
    assert sum(amounts) == promotion_free_total


def test_all_of_it_with_shipping_is_the_whole_order(order):
    back(order, {3: 3, 1: 1}, shipping=order.shipping)
    assert (order.refunded, order.status, order.fulfilment_status) == (order.total, "refunded", "returned")
    refund = order.refunds.get()
    assert refund.shipping_amount == order.shipping
    assert {(one.quantity, one.amount) for one in refund.lines.all()} == {(3, 27), (1, 18)}


def test_tax_on_top_goes_back_too(settings):
    settings.SHOP_PRICES_INCLUDE_TAX = False
    order = OrderFactory(items=[(goods(price="10.00", stock=5), 2)], status="shipped")
    back(order, {2: 2})
    assert order.refunded == Decimal("23.80")
    with pytest.raises(InvalidInput):
        refund_order(GiveBack(order_id=order.pk, amount=order.total))


def test_not_onto_the_shelf(order):
    back(order, {1: 1}, restock=False)
    assert counters(line(order, 1).variant) == (4, 0, 0)
    assert order.returns.get().lines.get().restock is False


def test_exchanged_without_money(order):
    back(order, {1: 1}, refunds=False)
    assert (order.refunded, line(order, 1).returned_quantity) == (0, 1)


@pytest.mark.parametrize(
    ("quantities", "more"),
    [
        ({3: 4}, {}),
        ({3: 0}, {}),
        ({}, {}),
        ({1: 1}, {"shipping": Decimal("4.91")}),
        ({1: 1}, {"shipping": Decimal(-1)}),
    ],
)
def test_too_much(order, quantities, more):
    with pytest.raises(InvalidInput):
        back(order, quantities, **more)
    assert order.refunds.count() == order.returns.count() == 0


def test_never_more_than_is_here(order):
    refund_order(GiveBack(order_id=order.pk, amount=order.total - 10))
    with pytest.raises(InvalidInput, match=r"10\.00"):
        back(order, {1: 1})


def test_shipping_goes_back_once(order):
    back(order, {1: 1}, shipping=order.shipping)
    with pytest.raises(InvalidInput):
        back(order, {3: 1}, shipping=Decimal("0.01"))


def test_not_before_it_was_sent():
    order = OrderFactory(status="paid")
    with pytest.raises(InvalidInput):
        back(order, {2: 1})


def test_a_line_of_another_order(order):
    other = OrderFactory(status="shipped")
    with pytest.raises(InvalidInput):
        return_order(ReturnOrder(order_id=order.pk, lines={other.lines.get().public_id: CameBack(quantity=1)}))


class TestAdmin:
    def url(self, order: Order) -> str:
        return reverse("admin:orders_order_return", args=[order.pk])

    def test_the_page(self, order, staff, client_of):
        desk = client_of(staff)
        assert "Book a return" in desk.get(reverse("admin:orders_order_change", args=[order.pk])).content.decode()
        typed = {f"line_{line(order, 3).public_id}": 2, f"line_{line(order, 1).public_id}": 0, "shipping": "0"}
        answer = desk.post(self.url(order), {**typed, "restock": "on", "refunds": "on", "why": "Too small"})
        assert answer.status_code == 302
        settle_refunds(order)
        order.refresh_from_db()
        assert (order.refunded, order.returns.get().reason) == (18, "Too small")
        assert "at most" in desk.post(self.url(order), {**typed, "shipping": "99", "why": "x"}).content.decode().lower()

    def test_needs_the_permission_to_refund(self, order, client_of):
        assert client_of(clerk("view_order", "change_order")).get(self.url(order)).status_code == 403


def test_more_than_is_out_is_refused_in_words(order):
    with pytest.raises(InvalidInput, match=r"^Of .+, 3 can come back\.$"):
        back(order, {3: 4})
    back(order, {3: 3})
    with pytest.raises(InvalidInput, match=r"^Nothing of .+ can come back any more\.$"):
        back(order, {3: 1})
