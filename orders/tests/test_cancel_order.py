from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from carts.tests.factories import goods
from catalog.models import Product
from orders.gateways.base import GatewayResult
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import Order, PaymentState
from orders.services.cancel_order import NotCancellable, cancel_order, expire_orders
from orders.services.pay import PayOrder, confirm_payment, pay_order
from orders.services.refund_order import GiveBack, refund_order
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.stock import assert_stock_agrees, counters
from shop.common.errors import InvalidInput
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

CHALLENGE_CARD, LATE_CARD = "4000000000003220", "4000000000000259"


def test_an_unpaid_order_gives_its_units_back():
    variant = goods(stock=2)
    order = OrderFactory(items=[(variant, 2)], status="pending")
    assert counters(variant) == (2, 0, 2)
    assert Product.objects.get().in_stock is False

    cancel_order(order_id=order.pk)

    order.refresh_from_db()
    assert (order.status, order.payment_status, order.cancel_reason) == ("cancelled", "unpaid", "customer")
    assert order.cancelled_at is not None
    assert counters(variant) == (2, 0, 0)
    assert Product.objects.get().in_stock is True
    assert order.refunds.count() == 0
    assert_stock_agrees()


def test_a_paid_order_gives_its_money_back_too(staff):
    order = OrderFactory()

    cancel_order(order_id=order.pk, reason="staff", why="The colour was wrong", actor_id=staff.pk)

    refund = order.refunds.get()
    assert (refund.amount, refund.state, refund.actor) == (order.total, "pending", staff)
    settle_refunds(order)
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.refunded) == ("cancelled", "refunded", order.total)
    public, private = order.events.get(kind="cancelled"), order.events.get(kind="note")
    assert (public.is_public, public.data, public.actor) == (True, {"reason": "staff"}, staff)
    assert (private.is_public, private.message) == (False, "The colour was wrong")
    assert_stock_agrees()


def test_what_was_refunded_already_goes_back_once(staff):
    order = OrderFactory()
    refund_some(order, "10.00")

    cancel_order(order_id=order.pk)
    settle_refunds(order)

    order.refresh_from_db()
    assert order.refunded == order.captured == order.total
    assert sorted(refund.amount for refund in order.refunds.all()) == [10, order.total - 10]
    assert order.payment_status == "refunded"


def refund_some(order: Order, amount: str) -> None:
    refund_order(GiveBack(order_id=order.pk, amount=Decimal(amount)))
    settle_refunds(order)


@pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled", "refunded"])
def test_too_late(status):
    order = OrderFactory(status=status)
    with pytest.raises(NotCancellable):
        cancel_order(order_id=order.pk)
    order.refresh_from_db()
    assert order.status == status
    assert_stock_agrees()


def test_not_once_a_part_has_left():
    variant = goods()
    order = OrderFactory(items=[(variant, 3)])
    ship_order(Parcel(order_id=order.pk, quantities={order.lines.get().public_id: 1}))
    with pytest.raises(NotCancellable):
        cancel_order(order_id=order.pk)
    assert counters(variant) == (9, 0, 2)


def test_a_reason_that_is_too_long_changes_nothing():
    order = OrderFactory()
    with pytest.raises(InvalidInput) as refusal:
        cancel_order(order_id=order.pk, why="x" * 501)
    assert list(refusal.value.fields) == ["reason"]
    order.refresh_from_db()
    assert order.status == "paid"


def test_the_customer_is_told(queued):
    order = OrderFactory(status="cancelled")
    assert {"order_id": order.pk, "kind": "order_cancelled"} in [call["kwargs"] for call in queued("send_to_customer")]


def test_a_challenge_still_open_is_let_go_of():
    order = OrderFactory(status="pending")
    payment = pay_order(PayOrder(order_id=order.pk, token=CHALLENGE_CARD))
    assert payment.state == PaymentState.REQUIRES_ACTION

    cancel_order(order_id=order.pk)
    run_tasks()

    payment.refresh_from_db()
    assert payment.state == PaymentState.VOIDED


@pytest.mark.parametrize("void_is_first", [False, True])
def test_money_that_came_although_the_order_is_gone_goes_back(monkeypatch, queued, void_is_first):
    """The order is cancelled while its shopper confirms at the bank."""
    order = OrderFactory(status="pending")
    payment = pay_order(PayOrder(order_id=order.pk, token=CHALLENGE_CARD))
    confirm = PretendGateway.confirm

    def cancelled_meanwhile(self: PretendGateway, reference: str, *, approved: bool) -> GatewayResult:
        cancel_order(order_id=order.pk)
        if void_is_first:
            run_tasks()
        return confirm(self, reference, approved=approved)

    monkeypatch.setattr(PretendGateway, "confirm", cancelled_meanwhile)
    confirm_payment(payment=payment, approved=True)
    run_tasks()

    order.refresh_from_db()
    payment.refresh_from_db()
    assert (payment.state, payment.captured, payment.refunded) == ("captured", order.total, order.total)
    assert (order.status, order.payment_status, order.captured, order.refunded) == (
        "cancelled",
        "refunded",
        order.total,
        order.total,
    )
    assert order.events.filter(kind="unwanted_payment", is_public=False).count() == 1
    assert [call["kwargs"]["kind"] for call in queued("send_to_staff")].count("order_alert") == 1
    assert_stock_agrees()


def test_a_void_that_finds_the_money_taken_says_so(time_machine):
    """The bank decides late: it had captured before anybody asked it to let go."""
    order = OrderFactory(status="pending")
    payment = pay_order(PayOrder(order_id=order.pk, token=LATE_CARD))
    assert payment.state == PaymentState.PROCESSING
    cancel_order(order_id=order.pk)

    time_machine.move_to(timezone.now() + timedelta(seconds=10))
    run_tasks()

    payment.refresh_from_db()
    order.refresh_from_db()
    assert payment.state == PaymentState.CAPTURED
    assert (order.captured, order.refunded) == (order.total, order.total)


def test_unpaid_orders_end_when_their_time_is_over(time_machine):
    variant = goods()
    order = OrderFactory(items=[(variant, 2)], status="pending")
    paid = OrderFactory(items=[(variant, 1)])
    on_delivery = OrderFactory(items=[(variant, 1)], payment_method="on_delivery", status="processing")
    transfer = OrderFactory(items=[(variant, 1)], payment_method="transfer", status="pending")
    assert expire_orders() == 0

    time_machine.move_to(timezone.now() + timedelta(minutes=31))
    call_command("expire_orders")

    for each in (order, paid, on_delivery, transfer):
        each.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "expired")
    assert [paid.status, on_delivery.status, transfer.status] == ["paid", "processing", "pending"]
    assert counters(variant) == (10, 0, 3)

    time_machine.move_to(timezone.now() + timedelta(days=7))
    assert expire_orders() == 1
    assert counters(variant) == (10, 0, 2)
    assert_stock_agrees()


def test_one_order_that_cannot_end_keeps_no_other(time_machine, monkeypatch, caplog):
    variant, odd = goods(), goods()
    stuck = OrderFactory(items=[(odd, 2)], status="pending")
    other = OrderFactory(items=[(variant, 2)], status="pending")
    type(odd.stock).objects.filter(pk=odd.pk).update(committed=0)

    time_machine.move_to(timezone.now() + timedelta(minutes=31))
    assert expire_orders() == 1

    stuck.refresh_from_db()
    other.refresh_from_db()
    assert (stuck.status, other.status) == ("pending", "cancelled")
    assert [record.order_id for record in caplog.records if record.message == "order_not_expired"] == [stuck.pk]


def test_command(capsys):
    variant = goods()
    order = OrderFactory(items=[(variant, 2)])

    call_command("cancel_order", order.number.lower(), "--reason", "Customer phoned")

    assert capsys.readouterr().out == f"{order.number} is cancelled.\n"
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "staff")
    assert order.events.get(kind="note").message == "Customer phoned"
    assert counters(variant) == (10, 0, 0)

    with pytest.raises(CommandError, match="can no longer be cancelled"):
        call_command("cancel_order", order.number)
    with pytest.raises(CommandError, match="no order 0000-0000-0000"):
        call_command("cancel_order", "0000-0000-0000")
