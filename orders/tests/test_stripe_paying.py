"""Paying by Stripe: the official SDK against a stand-in that keeps books."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.management import call_command
from django.utils import timezone

from orders.models import GatewayEvent, Order, Payment
from orders.services.cancel_order import cancel_order
from orders.services.check_payment import check_payment
from orders.services.pay import PaymentDeclined, look_at_payment
from orders.tests.factories import OrderFactory
from orders.tests.stripe_steps import opened, state, tell_all, units
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(bank) -> Order:
    return OrderFactory(status="pending", payment_method="stripe")


def test_on_the_fields(order, bank):
    payment = opened(order)
    assert payment.state == "requires_action"
    assert payment.next_action == {"type": "stripe", "client_secret": f"{payment.gateway_reference}_secret"}
    bank.pay(payment.gateway_reference)
    assert look_at_payment(payment=payment).state == "captured"
    assert state(order) == ("paid", "paid", order.total, 0)
    assert bank.charged() == units(order)
    assert bank.requests[0] == ("POST /v1/payment_intents", payment.gateway_key)


def test_on_stripes_own_page(order, bank):
    payment = opened(order, "redirect")
    assert payment.next_action["url"].startswith("https://checkout.stripe.com/")
    intent = bank.pay_visit(payment.gateway_reference)
    payment = look_at_payment(payment=payment)
    assert (payment.state, payment.gateway_reference) == ("captured", intent)
    assert bank.intents[intent]["metadata"] == {"key": payment.gateway_key, "order": order.number}


def test_only_by_webhooks_the_browser_never_came_back(order, bank):
    bank.pay_visit(opened(order, "redirect").gateway_reference)
    bank.events.reverse()
    tell_all(bank)
    tell_all(bank)
    assert state(order) == ("paid", "paid", order.total, 0)
    assert order.events.filter(kind="paid").count() == 1
    assert GatewayEvent.objects.count() == 2


def test_webhooks_that_were_dropped_are_made_up_for(order, bank, time_machine):
    bank.pay(opened(order).gateway_reference)
    time_machine.move_to(timezone.now() + timedelta(minutes=2))
    call_command("reconcile_payments")
    assert state(order)[:2] == ("paid", "paid")


def test_three_d_secure(order, bank):
    payment = opened(order)
    bank.pay(payment.gateway_reference, outcome="challenge")
    assert look_at_payment(payment=payment).state == "requires_action"
    bank.answer_challenge(payment.gateway_reference, approved=True)
    tell_all(bank)
    assert state(order)[0] == "paid"


def test_declined_then_paid_with_another_card(order, bank):
    payment = opened(order)
    bank.pay(payment.gateway_reference, outcome="decline")
    payment = look_at_payment(payment=payment)
    assert (payment.state, payment.error_code) == ("requires_action", "insufficient_funds")
    assert "not enough money" in payment.error_message
    bank.pay(payment.gateway_reference)
    tell_all(bank)
    assert state(order) == ("paid", "paid", order.total, 0)


def test_a_bank_that_answers_late(order, bank):
    payment = opened(order)
    bank.pay(payment.gateway_reference, outcome="late")
    assert look_at_payment(payment=payment).state == "processing"
    bank.pay(payment.gateway_reference)
    check_payment.call(payment_id=payment.pk)
    assert state(order)[0] == "paid"


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_starting_without_an_answer_costs_nobody_anything(order, bank, trouble):
    getattr(bank, trouble)("POST /v1/payment_intents", after=True)
    payment = opened(order)
    assert payment.state == "pending"
    check_payment.call(payment_id=payment.pk, checks_left=0)
    again = opened(order)
    bank.pay(again.gateway_reference)
    tell_all(bank)
    assert state(order)[0] == "paid"
    assert bank.charged() == units(order)


def test_two_tabs_both_paid_one_goes_back(order, bank):
    first, second = opened(order), opened(order)
    bank.pay(first.gateway_reference)
    bank.pay(second.gateway_reference)
    tell_all(bank)
    run_tasks()
    assert state(order)[:2] == ("paid", "paid")
    assert bank.charged() == units(order)


def test_paid_after_the_order_was_cancelled(order, bank):
    payment = opened(order)
    bank.pay(payment.gateway_reference)
    cancel_order(order_id=order.pk)
    run_tasks()
    run_tasks()
    assert state(order)[0] == "cancelled"
    assert (bank.charged(), order.captured - order.refunded) == (0, 0)


def test_cancelled_before_it_was_paid(order, bank):
    for token in ("fields", "redirect"):
        opened(order, token)
    cancel_order(order_id=order.pk)
    run_tasks()
    assert {intent["status"] for intent in bank.intents.values()} == {"canceled"}
    assert {visit["status"] for visit in bank.visits.values()} == {"expired"}


def test_too_little_for_a_card(bank, settings):
    order = OrderFactory(status="pending", payment_method="stripe")
    Order.objects.filter(pk=order.pk).update(total=Decimal("0.30"))
    with pytest.raises(PaymentDeclined):
        opened(order)


def test_another_tab_is_let_go_of_when_the_order_is_paid(order, bank):
    by_hand = opened(order)
    Payment.objects.filter(pk=by_hand.pk).update(state="authorised")
    bank.pay(opened(order).gateway_reference)
    tell_all(bank)
    run_tasks()
    assert state(order)[0] == "paid"
    assert bank.intents[by_hand.gateway_reference]["status"] == "canceled"
