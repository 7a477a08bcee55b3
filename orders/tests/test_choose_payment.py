from __future__ import annotations

from datetime import timedelta

import pytest

from orders.services.choose_payment import choose_payment
from orders.services.pay import PayOrder, pay_order
from orders.services.payable import NotPayable, PaymentInProgress
from orders.tests.factories import GOOD_CARD, OrderFactory
from shop.common.errors import InvalidInput

pytestmark = pytest.mark.django_db

LATE = "4000000000000259"


def test_from_card_to_transfer(queued):
    order = OrderFactory(status="pending")
    choose_payment(order_id=order.pk, method_code="transfer")
    order.refresh_from_db()
    assert (order.payment_method, order.status) == ("transfer", "pending")
    assert order.pay_by == order.placed_at + timedelta(days=7)
    assert [call["kwargs"]["kind"] for call in queued("send_to_customer")] == ["order_confirmation"]
    assert order.events.get(kind="payment_method").message == "To be paid by: Bank transfer"


def test_from_card_to_the_door(queued):
    order = OrderFactory(status="pending")
    choose_payment(order_id=order.pk, method_code="on_delivery")
    order.refresh_from_db()
    assert (order.payment_method, order.status, order.pay_by) == ("on_delivery", "processing", None)
    assert len(queued("send_to_customer")) == 1


def test_from_transfer_to_card_keeps_the_time_there_was(queued):
    order = OrderFactory(status="pending", payment_method="transfer")
    before = order.pay_by
    choose_payment(order_id=order.pk, method_code="test")
    order.refresh_from_db()
    assert (order.payment_method, order.pay_by) == ("test", before)
    pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
    assert len(queued("send_to_customer")) == 1, "confirmed once"


def test_choosing_the_same_again_changes_nothing():
    order = OrderFactory(status="pending")
    events = order.events.count()
    choose_payment(order_id=order.pk, method_code="test")
    order.refresh_from_db()
    assert order.events.count() == events


def test_what_was_sent_is_not_paid_later_still():
    order = OrderFactory(status="shipped", payment_method="on_delivery")
    with pytest.raises(NotPayable):
        choose_payment(order_id=order.pk, method_code="transfer")


def test_what_is_paid_needs_no_other_way():
    with pytest.raises(NotPayable):
        choose_payment(order_id=OrderFactory().pk, method_code="transfer")


def test_not_while_the_bank_decides():
    order = OrderFactory(status="pending")
    pay_order(PayOrder(order_id=order.pk, token=LATE))
    with pytest.raises(PaymentInProgress):
        choose_payment(order_id=order.pk, method_code="transfer")


def test_a_way_there_is_not():
    order = OrderFactory(status="pending")
    with pytest.raises(InvalidInput):
        choose_payment(order_id=order.pk, method_code="shells")
    order.refresh_from_db()
    assert order.payment_method == "test"
