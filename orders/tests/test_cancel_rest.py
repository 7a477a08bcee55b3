from __future__ import annotations

from decimal import Decimal

import pytest

from carts.tests.factories import goods
from orders.models import Order
from orders.services.cancel_order import NotCancellable
from orders.services.cancel_rest import cancel_rest
from orders.services.pay import mark_paid
from orders.services.refund_order import GiveBack, refund_order
from orders.services.ship_order import Parcel, mark_delivered, ship_order
from orders.services.transitions import InvalidTransition
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.stock import assert_stock_agrees, counters
from shop.common.errors import InvalidInput

pytestmark = pytest.mark.django_db


def sent_in_part(**wishes: object) -> Order:
    """Two of five cushions at 9.99 are on their way, a print at 5.00 is not."""
    order = OrderFactory(items=[(goods(price="9.99", stock=5), 5), (goods(price="5.00", stock=5), 1)], **wishes)
    ship_order(Parcel(order_id=order.pk, quantities={order.lines.first().public_id: 2}))
    return order


def test_the_rest_is_free_and_its_price_goes_back(staff):
    order = sent_in_part()
    cushions, prints = order.lines.all()
    assert counters(cushions.variant) == (3, 0, 3)

    cancel_rest(order_id=order.pk, why="Sold out at the maker", actor_id=staff.pk)
    settle_refunds(order)

    order.refresh_from_db()
    assert (order.status, order.fulfilment_status, order.payment_status) == (
        "shipped",
        "fulfilled",
        "partially_refunded",
    )
    assert order.refunded == 3 * Decimal("9.99") + Decimal("5.00")
    assert [line.cancelled_quantity for line in order.lines.all()] == [3, 1]
    assert (counters(cushions.variant), counters(prints.variant)) == ((3, 0, 0), (5, 0, 0))
    assert order.events.get(kind="rest_cancelled").message == "The rest of the order was cancelled; €34.97 go back"
    assert order.events.get(kind="note").message == "Sold out at the maker"
    assert_stock_agrees()
    with pytest.raises(InvalidTransition):
        ship_order(Parcel(order_id=order.pk))
    mark_delivered(order_id=order.pk)
    refund_order(GiveBack(order_id=order.pk))
    settle_refunds(order)
    order.refresh_from_db()
    assert (order.status, order.refunded) == ("refunded", order.total)
    assert_stock_agrees()


def test_never_more_than_is_left():
    order = sent_in_part()
    refund_order(GiveBack(order_id=order.pk, amount=order.total - 10))
    settle_refunds(order)

    cancel_rest(order_id=order.pk)

    assert order.refunds.last().amount == 10


@pytest.mark.parametrize("status", ["paid", "shipped", "cancelled", "refunded"])
def test_only_orders_sent_in_part(status):
    order = OrderFactory(status=status)
    with pytest.raises(NotCancellable):
        cancel_rest(order_id=order.pk)


def test_not_before_it_is_paid():
    order = sent_in_part(payment_method="on_delivery", status="processing")
    with pytest.raises(NotCancellable, match="Record the payment first"):
        cancel_rest(order_id=order.pk)
    mark_paid(order_id=order.pk)
    cancel_rest(order_id=order.pk)
    order.refresh_from_db()
    assert order.status == "shipped"


def test_a_reason_that_is_too_long_changes_nothing():
    order = sent_in_part()
    with pytest.raises(InvalidInput):
        cancel_rest(order_id=order.pk, why="x" * 501)
    order.refresh_from_db()
    assert order.status == "processing"
