from __future__ import annotations

import pytest

from catalog.models import Stock, StockMovement
from catalog.services.commitments import NotOnShelf
from catalog.tests.factories import ProductFactory, VariantFactory
from orders.models import Order, Shipment
from orders.services.cancel_order import cancel_order
from orders.services.refund_order import GiveBack, refund_order
from orders.services.ship_order import BeingRefunded, NotPaid, Parcel, mark_delivered, mark_processing, ship_order
from orders.services.transitions import InvalidTransition
from orders.tests.factories import OrderFactory
from orders.tests.stock import assert_stock_agrees, counters
from shop.common.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db


def two_lines() -> Order:
    """Three cushions and one print, paid."""
    cushion, print_ = ProductFactory(name="Cushion", stock=5), ProductFactory(name="Print", stock=1)
    return OrderFactory(items=[(cushion.variants.get(), 3), (print_.variants.get(), 1)])


def test_the_whole_order_leaves_the_shelf(staff):
    order = two_lines()
    cushions, prints = order.lines.all()

    shipment = ship_order(
        Parcel(
            order_id=order.pk,
            carrier="DHL",
            tracking_number="0034 0434",
            tracking_url="https://dhl.example/0034",
            actor_id=staff.pk,
        )
    )

    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("shipped", "fulfilled")
    assert order.shipped_at is not None
    assert counters(cushions.variant) == (2, 0, 0)
    assert counters(prints.variant) == (0, 0, 0)
    assert (shipment.carrier, shipment.tracking_number, shipment.actor) == ("DHL", "0034 0434", staff)
    assert {(line.line_id, line.quantity) for line in shipment.lines.all()} == {(cushions.pk, 3), (prints.pk, 1)}
    event = order.events.get(kind="shipped")
    assert (event.is_public, event.actor, event.data["tracking_number"]) == (True, staff, "0034 0434")
    movement = StockMovement.objects.get(variant=cushions.variant, kind="ship")
    assert (movement.on_hand_change, movement.committed_change, movement.reference) == (-3, -3, order.number)
    assert_stock_agrees()


def test_parts_follow_one_another():
    order = two_lines()
    cushions, prints = order.lines.all()

    ship_order(Parcel(order_id=order.pk, quantities={cushions.public_id: 2}))
    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("processing", "partial")
    assert counters(cushions.variant) == (3, 0, 1)
    assert order.events.filter(message="A part of your order is on its way", is_public=True).count() == 1

    ship_order(Parcel(order_id=order.pk, quantities={cushions.public_id: 1, prints.public_id: 0}))
    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("processing", "partial")

    ship_order(Parcel(order_id=order.pk))
    order.refresh_from_db()
    assert (order.status, order.fulfilment_status) == ("shipped", "fulfilled")
    assert [line.shipped_quantity for line in order.lines.all()] == [3, 1]
    assert order.shipments.count() == 3
    assert_stock_agrees()


@pytest.mark.parametrize("quantity", [-1, 4, 10**9])
def test_no_more_than_is_open(quantity):
    order = two_lines()
    cushions = order.lines.first()

    with pytest.raises(InvalidInput) as refusal:
        ship_order(Parcel(order_id=order.pk, quantities={cushions.public_id: quantity}))

    assert refusal.value.fields == {"quantities": ["Of Cushion, 3 are still to be sent."]}
    assert Shipment.objects.count() == 0
    assert counters(cushions.variant) == (5, 0, 3)


def test_nothing_is_no_shipment():
    order = two_lines()
    with pytest.raises(InvalidInput, match="There is nothing in this shipment"):
        ship_order(Parcel(order_id=order.pk, quantities={}))


def test_lines_of_other_orders_are_refused():
    order, other = two_lines(), two_lines()
    with pytest.raises(InvalidInput, match="not of this order"):
        ship_order(Parcel(order_id=order.pk, quantities={other.lines.first().public_id: 1}))


@pytest.mark.parametrize(
    ("label", "value"),
    [
        ("tracking_url", "javascript:alert(1)"),
        ("tracking_url", "dhl"),
        ("tracking_number", "0" * 81),
        ("carrier", "x" * 81),
        ("carrier", "a\x00b"),
    ],
)
def test_labels_that_cannot_be_kept(label, value):
    order = OrderFactory()
    with pytest.raises(InvalidInput) as refusal:
        ship_order(Parcel(order_id=order.pk, **{label: value}))
    assert list(refusal.value.fields) == [label]
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("status", ["pending", "shipped", "delivered", "cancelled", "refunded"])
def test_only_paid_or_prepared_orders_are_sent(status):
    order = OrderFactory(status=status)
    before = order.shipments.count()
    with pytest.raises(InvalidTransition):
        ship_order(Parcel(order_id=order.pk))
    assert order.shipments.count() == before


def test_what_is_not_on_the_shelf_is_not_sent():
    variant = VariantFactory(stock=1, allow_backorder=True)
    order = OrderFactory(items=[(variant, 3)])

    with pytest.raises(NotOnShelf):
        ship_order(Parcel(order_id=order.pk))

    assert counters(variant) == (1, 0, 3)
    ship_order(Parcel(order_id=order.pk, quantities={order.lines.get().public_id: 1}))
    assert counters(variant) == (0, 0, 2)
    assert_stock_agrees()


def test_goods_that_are_not_counted_stay_uncounted():
    variant = VariantFactory(stock=0, tracked=False)
    order = OrderFactory(items=[(variant, 3)], status="shipped")
    assert order.fulfilment_status == "fulfilled"
    assert counters(variant) == (0, 0, 0)
    assert_stock_agrees()


def test_nothing_is_sent_while_all_of_the_money_goes_back():
    order = OrderFactory()
    refund_order(GiveBack(order_id=order.pk))
    with pytest.raises(BeingRefunded):
        ship_order(Parcel(order_id=order.pk))
    assert Stock.objects.get().on_hand == 10


def test_a_partial_refund_keeps_no_parcel():
    order = OrderFactory()
    refund_order(GiveBack(order_id=order.pk, amount=order.total / 2))
    ship_order(Parcel(order_id=order.pk))
    order.refresh_from_db()
    assert order.status == "shipped"


def test_what_is_paid_on_delivery_leaves_unpaid():
    order = OrderFactory(payment_method="on_delivery", status="processing")
    ship_order(Parcel(order_id=order.pk))
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("shipped", "unpaid")


def test_a_transfer_may_be_prepared_before_it_arrives_but_a_card_must_be_charged():
    transfer = OrderFactory(payment_method="transfer", status="pending")
    assert mark_processing(order_id=transfer.pk).status == "processing"

    card = OrderFactory(status="pending")
    with pytest.raises(NotPaid):
        mark_processing(order_id=card.pk)


def test_delivered(staff):
    order = OrderFactory(status="shipped")
    mark_delivered(order_id=order.pk, actor_id=staff.pk)
    order.refresh_from_db()
    assert order.status == "delivered"
    assert order.delivered_at is not None
    assert order.shipments.get().delivered_at is not None
    with pytest.raises(InvalidTransition, match="delivered"):
        mark_delivered(order_id=order.pk)


def test_the_customer_is_told_of_each_parcel(queued):
    order = two_lines()
    ship_order(Parcel(order_id=order.pk, quantities={order.lines.first().public_id: 1}))
    ship_order(Parcel(order_id=order.pk))
    sent = [call["kwargs"] for call in queued("send_to_customer") if call["kwargs"]["kind"] == "order_shipped"]
    assert [call["shipment_id"] for call in sent] == [shipment.pk for shipment in order.shipments.all()]


def test_orders_that_are_not_there():
    with pytest.raises(NotFound):
        ship_order(Parcel(order_id=1))


def test_a_cancelled_order_cannot_be_sent():
    order = OrderFactory()
    cancel_order(order_id=order.pk)
    with pytest.raises(InvalidTransition):
        ship_order(Parcel(order_id=order.pk))
