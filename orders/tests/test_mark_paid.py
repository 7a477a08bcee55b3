from __future__ import annotations

import pytest

from orders.models import PaymentState
from orders.services.pay import NotPayable, PaymentInProgress, PayOrder, mark_paid, pay_order
from orders.tests.factories import GOOD_CARD, OrderFactory
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

LATE_CARD = "4000000000000259"


def test_a_transfer_arrived(staff, queued):
    order = OrderFactory(payment_method="transfer", status="pending")
    confirmations = len(queued("send_to_customer"))

    payment = mark_paid(order_id=order.pk, actor_id=staff.pk)

    order.refresh_from_db()
    assert (payment.gateway, payment.state, payment.captured) == ("manual", "captured", order.total)
    assert (order.status, order.payment_status, order.captured) == ("paid", "paid", order.total)
    assert order.events.get(kind="payment_recorded").actor == staff
    assert len(queued("send_to_customer")) == confirmations, "a transfer is confirmed when it is placed"


def test_money_at_the_door_leaves_the_status():
    order = OrderFactory(payment_method="on_delivery", status="delivered")
    mark_paid(order_id=order.pk)
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("delivered", "paid")


@pytest.mark.parametrize("status", ["paid", "shipped", "cancelled", "refunded"])
def test_nothing_to_pay(status):
    order = OrderFactory(status=status)
    with pytest.raises(NotPayable):
        mark_paid(order_id=order.pk)
    assert order.payments.filter(gateway="manual").count() == 0


def test_a_transfer_the_customer_announced_is_the_one_that_arrived():
    order = OrderFactory(payment_method="transfer", status="pending")
    announced = pay_order(PayOrder(order_id=order.pk))
    assert announced.state == PaymentState.PROCESSING
    assert pay_order(PayOrder(order_id=order.pk)).pk == announced.pk

    assert mark_paid(order_id=order.pk).pk == announced.pk
    assert order.payments.count() == 1


def test_an_announced_transfer_does_not_keep_from_paying_by_card():
    order = OrderFactory(payment_method="transfer", status="pending")
    pay_order(PayOrder(order_id=order.pk))
    pay_order(PayOrder(order_id=order.pk, method="test", token=GOOD_CARD))
    order.refresh_from_db()
    assert (order.status, order.captured) == ("paid", order.total)


def test_not_while_the_bank_decides():
    order = OrderFactory(status="pending")
    pay_order(PayOrder(order_id=order.pk, token=LATE_CARD))
    with pytest.raises(PaymentInProgress):
        mark_paid(order_id=order.pk)
    run_tasks()
    assert order.payments.count() == 1
