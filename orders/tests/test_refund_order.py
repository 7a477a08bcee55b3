from __future__ import annotations

from decimal import Decimal

import pytest
from django.urls import reverse

from carts.tests.factories import goods
from orders.gateways.base import GatewayUnreachable, RefundRequest, RefundResult
from orders.gateways.manual.gateway import ManualGateway
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import Order, Refund
from orders.services.pay import mark_paid
from orders.services.refund_order import GiveBack, refund_order
from orders.services.refunds import process_refund, refundable, shipping_left
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.stock import assert_stock_agrees, counters
from shop.common.errors import InvalidInput
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


def refund(order: Order, amount: str | None = None) -> list[Refund]:
    return refund_order(GiveBack(order_id=order.pk, amount=Decimal(amount) if amount else None, reason="damaged"))


def test_everything_back_ends_the_order_and_frees_what_was_not_sent(staff):
    variant = goods()
    order = OrderFactory(items=[(variant, 2)])
    (row,) = refund_order(GiveBack(order_id=order.pk, reason="damaged", actor_id=staff.pk))
    assert (row.state, row.amount, row.reason, row.actor) == ("pending", order.total, "damaged", staff)
    assert counters(variant) == (10, 0, 2)

    run_tasks()

    order.refresh_from_db()
    row.refresh_from_db()
    assert row.state == "succeeded"
    assert row.settled_at is not None
    assert (order.status, order.payment_status, order.refunded) == ("refunded", "refunded", order.total)
    assert order.payments.get().refunded == order.total
    assert counters(variant) == (10, 0, 0)
    event = order.events.get(kind="refunded")
    assert (event.message, event.is_public, event.actor) == ("€44.90 refunded", True, staff)
    assert_stock_agrees()


def test_after_a_part_was_sent_the_rest_is_free():
    variant = goods()
    order = OrderFactory(items=[(variant, 3)])
    ship_order(Parcel(order_id=order.pk, quantities={order.lines.get().public_id: 1}))
    refund(order)
    settle_refunds(order)
    order.refresh_from_db()
    assert order.status == "refunded"
    assert counters(variant) == (9, 0, 0)
    assert_stock_agrees()


def test_what_was_sent_stays_away():
    variant = goods()
    order = OrderFactory(items=[(variant, 3)], status="delivered")
    refund(order)
    settle_refunds(order)
    order.refresh_from_db()
    assert order.status == "refunded"
    assert counters(variant) == (7, 0, 0)


def test_a_part_leaves_the_order_as_it_is():
    variant = goods()
    order = OrderFactory(items=[(variant, 2)])
    refund(order, "4.90")
    settle_refunds(order)
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.refunded) == ("paid", "partially_refunded", Decimal("4.90"))
    assert counters(variant) == (10, 0, 2)

    refund(order, "40.00")
    settle_refunds(order)
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("refunded", "refunded")


@pytest.mark.parametrize("amount", ["0.00", "-1", "44.91", "0.001", "1000000000000"])
def test_amounts_that_will_not_do(amount):
    order = OrderFactory()
    with pytest.raises(InvalidInput) as refusal:
        refund_order(GiveBack(order_id=order.pk, amount=Decimal(amount)))
    assert refusal.value.fields == {"amount": ["Between nothing and €44.90 can be refunded."]}
    assert Refund.objects.count() == 0


def test_what_is_on_its_way_back_is_not_there_twice():
    order = OrderFactory()
    refund(order, "40.00")
    with pytest.raises(InvalidInput, match=r"€4\.90"):
        refund(order, "5.00")
    refund(order, "4.90")
    with pytest.raises(InvalidInput, match=r"€0\.00"):
        refund(order)
    settle_refunds(order)
    order.refresh_from_db()
    assert order.refunded == order.total


def test_nothing_was_paid():
    with pytest.raises(InvalidInput):
        refund(OrderFactory(status="pending"))


def test_the_gateway_refuses(monkeypatch, queued):
    order = OrderFactory()
    refusal = RefundResult(succeeded=False, error_message="The card is closed")
    monkeypatch.setattr(PretendGateway, "refund", lambda self, request: refusal)
    (row,) = refund(order)

    settle_refunds(order)

    row.refresh_from_db()
    order.refresh_from_db()
    assert (row.state, row.error_message) == ("failed", "The card is closed")
    assert (order.status, order.payment_status, order.refunded) == ("paid", "paid", 0)
    event = order.events.get(kind="refund_failed")
    assert (event.message, event.is_public) == ("A refund of €44.90 failed: The card is closed", False)
    alert = queued("send_to_staff")[-1]["kwargs"]
    assert (alert["kind"], alert["what"]) == ("order_alert", event.message)
    assert refundable(order) == order.total

    monkeypatch.undo()
    refund(order)
    settle_refunds(order)
    order.refresh_from_db()
    assert order.status == "refunded"


def test_the_gateway_does_not_answer_and_is_asked_again_with_the_same_key(monkeypatch):
    order = OrderFactory()
    asked: list[RefundRequest] = []

    def silent(self: PretendGateway, request: RefundRequest) -> RefundResult:
        asked.append(request)
        if len(asked) == 1:
            raise GatewayUnreachable
        return RefundResult(succeeded=True, reference="r1")

    monkeypatch.setattr(PretendGateway, "refund", silent)
    (row,) = refund(order)
    run_tasks()
    row.refresh_from_db()
    assert row.state == "pending"
    assert refundable(order) == 0

    run_tasks(also_later=True)

    row.refresh_from_db()
    assert (row.state, row.gateway_reference) == ("succeeded", "r1")
    assert [request.key for request in asked] == [row.gateway_key, row.gateway_key]


def test_settling_twice_books_once(monkeypatch):
    order = OrderFactory()
    (row,) = refund(order, "10.00")
    answers: list[None] = []

    def twice(self: PretendGateway, request: RefundRequest) -> RefundResult:
        if not answers:
            answers.append(None)
            process_refund.call(refund_id=row.pk)
        return RefundResult(succeeded=True)

    monkeypatch.setattr(PretendGateway, "refund", twice)
    process_refund.call(refund_id=row.pk)
    process_refund.call(refund_id=row.pk)

    order.refresh_from_db()
    assert order.refunded == Decimal("10.00")
    assert order.events.filter(kind="refunded").count() == 1


def test_money_that_came_by_hand_goes_back_by_hand(monkeypatch):
    monkeypatch.setattr(PretendGateway, "refund", None)
    order = OrderFactory(payment_method="transfer", status="pending")
    mark_paid(order_id=order.pk)
    assert order.payments.get().gateway == ManualGateway.code
    refund(order)
    settle_refunds(order)
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("refunded", "refunded")


class TestShipping:
    """Part of an amount may be for the delivery: it goes back once."""

    def test_alone(self, staff, client_of):
        order = OrderFactory(status="delivered")
        desk = client_of(staff)
        address = reverse("admin:orders_order_refund", args=[order.pk])
        desk.post(address, {"amount": "4.90", "shipping": "4.90", "why": "late"})
        settle_refunds(order)
        row = order.refunds.get()
        assert (row.amount, row.shipping_amount, shipping_left(order)) == (Decimal("4.90"), Decimal("4.90"), 0)
        again = desk.post(address, {"amount": "4.90", "shipping": "0.01", "why": "late"})
        assert "Ensure this value is less than or equal to 0" in again.content.decode()

    @pytest.mark.parametrize("shipping", ["4.91", "3.01", "-1", "0.001"])
    def test_never_more_than_there_is_of_it(self, shipping):
        order = OrderFactory(status="delivered")
        with pytest.raises(InvalidInput):
            refund_order(GiveBack(order_id=order.pk, amount=Decimal(3), shipping=Decimal(shipping)))
        assert not order.refunds.exists()
