"""Stripe with SHOP_STRIPE_CAPTURE=manual: promised first, taken later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from orders.gateways.base import GatewayUnreachable
from orders.models import Order
from orders.services.cancel_order import cancel_order
from orders.services.capture_payment import NotAuthorised, capture_payment
from orders.services.check_payment import check_payment
from orders.tests.factories import OrderFactory
from orders.tests.stripe_steps import opened, state, tell_all, units
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def authorised(bank, settings) -> Order:
    settings.SHOP_STRIPE_CAPTURE = "manual"
    order = OrderFactory(status="pending", payment_method="stripe")
    bank.pay(opened(order).gateway_reference)
    tell_all(bank)
    return order


def test_authorised_then_taken(authorised, bank, staff):
    assert state(authorised) == ("pending", "authorised", 0, 0)
    assert bank.charged() == 0
    capture_payment(order_id=authorised.pk, actor_id=staff.pk)
    assert state(authorised) == ("paid", "paid", authorised.total, 0)
    with pytest.raises(NotAuthorised):
        capture_payment(order_id=authorised.pk)


def test_an_order_with_a_promise_does_not_run_out_of_time_at_once(authorised, time_machine):
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    call_command("expire_orders")
    assert state(authorised)[0] == "pending"


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_taken_although_no_answer_came(authorised, bank, trouble):
    getattr(bank, trouble)("POST /v1/payment_intents/ID/capture", after=True)
    with pytest.raises(GatewayUnreachable):
        capture_payment(order_id=authorised.pk)
    check_payment.call(payment_id=authorised.payments.get().pk)
    assert state(authorised) == ("paid", "paid", authorised.total, 0)
    assert bank.charged() == units(authorised)


def test_taken_at_stripe_although_nobody_heard_of_it_the_order_does_not_run_out_of_time(authorised, bank, time_machine):
    """Taken in the dashboard, or here while Stripe's answer got lost, and so did the webhook."""
    (reference,) = bank.intents
    bank.answer("POST", f"/v1/payment_intents/{reference}/capture", {}, None)
    time_machine.move_to(timezone.now() + timedelta(days=7))
    call_command("expire_orders")
    assert state(authorised) == ("paid", "paid", authorised.total, 0)
    assert bank.charged() == units(authorised)


def test_a_promise_that_nobody_took_up_ends_with_the_order(authorised, bank, time_machine):
    time_machine.move_to(timezone.now() + timedelta(days=7))
    call_command("expire_orders")
    run_tasks()
    assert state(authorised)[:2] == ("cancelled", "voided")
    assert bank.charged() == 0


def test_cancelling_lets_go_of_the_promise(authorised, bank):
    cancel_order(order_id=authorised.pk)
    run_tasks()
    assert [intent["status"] for intent in bank.intents.values()] == ["canceled"]
    assert state(authorised)[:2] == ("cancelled", "voided")


def test_a_promise_made_after_cancelling_is_let_go_of(bank, settings):
    settings.SHOP_STRIPE_CAPTURE = "manual"
    order = OrderFactory(status="pending", payment_method="stripe")
    payment = opened(order)
    cancel_order(order_id=order.pk)
    bank.pay(payment.gateway_reference)
    tell_all(bank)
    run_tasks()
    assert bank.intents[payment.gateway_reference]["status"] == "canceled"
    assert bank.charged() == 0


def test_a_promise_the_bank_takes_back(authorised, bank, queued):
    bank.answer("POST", f"/v1/payment_intents/{authorised.payments.get().gateway_reference}/cancel", {}, None)
    tell_all(bank)
    assert state(authorised)[:2] == ("pending", "failed")
