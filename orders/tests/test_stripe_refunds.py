"""Money back by Stripe, asked for here or made in its dashboard."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from orders.gateways.base import GatewayUnreachable
from orders.gateways.stripe.gateway import StripeGateway
from orders.models import Order
from orders.services.payment_results import apply_result
from orders.services.refund_order import GiveBack, refund_order
from orders.services.refunds import shipping_left
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.stripe_steps import opened, state, tell_all, units
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(bank) -> Order:
    return OrderFactory(status="pending", payment_method="stripe")


@pytest.fixture
def paid(order, bank) -> Order:
    bank.pay(opened(order).gateway_reference)
    tell_all(bank)
    return order


def test_a_part_then_the_rest(paid, bank):
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
    settle_refunds(paid)
    assert state(paid)[1:] == ("partially_refunded", paid.total, Decimal("10.00"))
    refund_order(GiveBack(order_id=paid.pk))
    settle_refunds(paid)
    tell_all(bank)
    assert (state(paid)[3], bank.charged()) == (paid.total, 0)


@pytest.mark.parametrize("trouble", ["fails", "hangs"])
def test_paid_back_once_although_no_answer_came(paid, bank, trouble):
    getattr(bank, trouble)("POST /v1/refunds", after=True)
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
    with suppress(GatewayUnreachable):
        settle_refunds(paid)
    tell_all(bank)  # the webhook comes before our second try
    settle_refunds(paid)
    assert state(paid)[3] == Decimal("10.00")
    assert bank.charged() == units(paid) - 1000


def test_a_failure_before_anything_was_done_is_asked_for_again(paid, bank):
    bank.fails("POST /v1/refunds", after=False)
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
    with pytest.raises(GatewayUnreachable):
        settle_refunds(paid)
    assert bank.charged() == units(paid)
    settle_refunds(paid)
    assert (state(paid)[3], bank.charged()) == (Decimal("10.00"), units(paid) - 1000)


def test_paid_back_in_stripes_dashboard(paid, bank, queued):
    reference = paid.payments.get().gateway_reference
    bank.answer("POST", "/v1/refunds", {"payment_intent": reference, "amount": "700"}, None)
    tell_all(bank)
    tell_all(bank)
    assert state(paid)[1:] == ("partially_refunded", paid.total, Decimal("7.00"))
    assert queued("send_to_staff")[-1]["kwargs"]["what"].startswith("€7.00 were paid back at the gateway")


def test_a_refund_that_the_bank_sends_back_is_told_once(paid, bank, queued):
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("4.00"), to_gift_card=True))
    settle_refunds(paid)
    paid.refunds.update(settled_at=timezone.now() - timedelta(days=3))
    tell_all(bank)
    alerts = len(queued("send_to_staff"))
    bank.send_back(paid.refunds.get(to_gift_card=False).gateway_reference)
    tell_all(bank)
    tell_all(bank)
    said = "€10.00 of what was refunded came back to the payment provider: send it another way"
    assert [call["kwargs"]["what"] for call in queued("send_to_staff")[alerts:]] == [said]
    assert paid.events.get(kind="refund_missing").message == said


def test_an_answer_from_before_the_refund_is_no_alarm(paid, bank, queued):
    payment = paid.payments.get()
    before = StripeGateway().fetch(payment.gateway_reference)
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
    settle_refunds(paid)
    apply_result(payment_id=payment.pk, result=before)
    assert not paid.events.filter(kind="refund_missing").exists()


def test_a_gift_card_and_the_whole_in_stripes_dashboard_is_more_than_was_paid(paid, bank, queued):
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("4.00"), to_gift_card=True))
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("2.00"), to_gift_card=True))
    reference = paid.payments.get().gateway_reference
    for part in (paid.total - 5, Decimal(5)):
        bank.answer("POST", "/v1/refunds", {"payment_intent": reference, "amount": str(int(part * 100))}, None)
        tell_all(bank)
        tell_all(bank)
    assert state(paid)[2:] == (paid.total, paid.total), "what is booked stays within what came"
    said = [call["kwargs"].get("what", "") for call in queued("send_to_staff")]
    assert [text.split(":")[0] for text in said if "more went back" in text] == [
        "€1.00 more went back than was paid",
        "€6.00 more went back than was paid",
    ]
    assert paid.events.filter(kind="refund_excess", is_public=False).count() == 2


def test_a_gift_card_and_the_rest_in_stripes_dashboard_is_no_excess(paid, bank, queued):
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("4.00"), to_gift_card=True))
    rest = {"payment_intent": paid.payments.get().gateway_reference, "amount": str(int((paid.total - 4) * 100))}
    bank.answer("POST", "/v1/refunds", rest, None)
    tell_all(bank)
    assert state(paid)[2:] == (paid.total, paid.total)
    assert not any("more went back" in call["kwargs"].get("what", "") for call in queued("send_to_staff"))


def test_refused_because_a_part_went_back_by_hand_the_rest_follows(paid, bank, queued):
    """Its message was lost; the refusal is how we learn of it."""
    shipping = shipping_left(paid)
    refund_order(GiveBack(order_id=paid.pk, shipping=shipping))
    reference = paid.payments.get().gateway_reference
    bank.answer("POST", "/v1/refunds", {"payment_intent": reference, "amount": "700"}, None)
    run_tasks()
    assert state(paid)[2:] == (paid.total, paid.total)
    assert [refund.state for refund in paid.refunds.all()] == ["failed", "succeeded", "succeeded"]
    assert bank.charged() == 0
    assert (shipping > 0, shipping_left(paid)) == (True, 0), "the delivery is not given back twice"
    said = [call["kwargs"].get("what", "") for call in queued("send_to_staff")]
    assert any(text.startswith("€7.00 were paid back at the gateway") for text in said)
    assert not any("failed" in text for text in said), "nobody has to look"


def test_refused(paid, bank):
    bank.intents[paid.payments.get().gateway_reference]["status"] = "canceled"
    refund_order(GiveBack(order_id=paid.pk))
    settle_refunds(paid)
    assert paid.refunds.get().state == "failed"
    assert state(paid)[3] == 0
