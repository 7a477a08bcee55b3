"""Money paid back in Stripe's dashboard while its webhooks get lost: found in Stripe's own list of events."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from carts.tests.factories import counters, goods
from orders import tasks
from orders.models import GatewayEvent, Order
from orders.services import missed_events
from orders.services.missed_events import hear_missed_events
from orders.services.pay import look_at_payment
from orders.services.refund_order import GiveBack, refund_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.stripe_stand_in import StandIn
from orders.tests.stripe_steps import opened, state, tell_all, units
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

SEVEN = Decimal("7.00")


def paid_by_stripe(bank: StandIn, **about: object) -> Order:
    order = OrderFactory(status="pending", payment_method="stripe", **about)
    payment = opened(order)
    bank.pay(payment.gateway_reference)
    look_at_payment(payment=payment)
    return order


@pytest.fixture
def paid(bank) -> Order:
    return paid_by_stripe(bank)


def intent_of(order: Order) -> str:
    return order.payments.get().gateway_reference


def reconciled() -> str:
    out = StringIO()
    call_command("reconcile_payments", stdout=out)
    return out.getvalue()


def told_staff(queued) -> list[str]:
    return [call["kwargs"]["what"] for call in queued("send_to_staff") if call["kwargs"]["kind"] == "order_alert"]


def test_a_refund_whose_message_got_lost_is_booked_once(paid, bank, queued):
    bank.pay_back(intent_of(paid), 700)
    assert reconciled().startswith("1 events applied (1 had not arrived), ")
    assert reconciled().startswith("0 events applied (0 had not arrived), ")
    run_tasks()
    assert state(paid)[1:] == ("partially_refunded", paid.total, SEVEN)
    assert [text.partition(" were")[0] for text in told_staff(queued)] == ["€7.00"]
    assert paid.refunds.get().reason == "Paid back at the gateway, not here"


def test_the_worker_finds_it_by_itself(paid, bank):
    bank.pay_back(intent_of(paid), units(paid))
    tasks.hear_what_was_missed()
    run_tasks()
    assert state(paid) == ("refunded", "refunded", paid.total, paid.total)


def test_the_whole_of_an_order_frees_its_goods(bank):
    variant = goods(stock=5)
    order = paid_by_stripe(bank, items=[(variant, 2)])
    bank.pay_back(intent_of(order), units(order))
    reconciled()
    assert (state(order)[0], counters(variant)) == ("refunded", (5, 0, 0))


def test_two_parts_are_two_messages_and_one_sum(paid, bank):
    bank.pay_back(intent_of(paid), 300)
    tell_all(bank)
    bank.pay_back(intent_of(paid), 400)
    reconciled()
    tell_all(bank)  # and in the end the webhook comes after all
    assert state(paid)[3] == SEVEN
    assert sorted(refund.amount for refund in paid.refunds.all()) == [Decimal("3.00"), Decimal("4.00")]


def test_our_own_refunds_are_no_news(paid, bank, queued):
    refund_order(GiveBack(order_id=paid.pk, amount=SEVEN))
    settle_refunds(paid)
    reconciled()
    assert (state(paid)[3], paid.refunds.count()) == (SEVEN, 1)
    assert told_staff(queued) == []


def test_more_than_came_with_a_gift_card_is_told(paid, bank, queued):
    refund_order(GiveBack(order_id=paid.pk, amount=Decimal("4.00"), to_gift_card=True))
    bank.pay_back(intent_of(paid), units(paid))
    reconciled()
    assert state(paid)[2:] == (paid.total, paid.total)
    assert [text for text in told_staff(queued) if text.startswith("€4.00 more went back than was paid")]


def test_of_a_payment_that_nobody_heard_of_at_all(bank):
    """Paid, and a part paid back, before the first message arrives or the shop asks."""
    order = OrderFactory(status="pending", payment_method="stripe")
    payment = opened(order)
    bank.pay(payment.gateway_reference)
    bank.pay_back(payment.gateway_reference, 700)
    look_at_payment(payment=payment)
    assert state(order) == ("paid", "partially_refunded", order.total, SEVEN)


def test_what_others_do_with_the_same_account_is_none_of_ours(paid, bank):
    intent = bank._new_intent({"amount": "1000", "currency": "eur"})
    bank.pay(intent["id"])
    bank.pay_back(intent["id"], 1000)
    reconciled()
    assert not GatewayEvent.objects.exists()


def test_a_gateway_that_is_away_is_asked_again(paid, bank, caplog):
    bank.pay_back(intent_of(paid), 700)
    bank.fails("GET /v1/events", after=False, times=2)
    with pytest.raises(CommandError, match="1 had no answer"):
        reconciled()
    tasks.hear_what_was_missed()
    run_tasks()
    assert "gateway_told_nothing" in caplog.text
    assert state(paid)[3] == 0
    tasks.hear_what_was_missed()
    run_tasks()
    assert state(paid)[3] == SEVEN


def test_the_worker_looks_three_days_back_the_command_thirty(paid, bank):
    bank.pay_back(intent_of(paid), 700)
    bank.events[-1]["created"] -= int(timedelta(days=4).total_seconds())
    tasks.hear_what_was_missed()
    run_tasks()
    assert state(paid)[3] == 0
    reconciled()
    assert state(paid)[3] == SEVEN


class TestHowMuch:
    @pytest.fixture
    def many(self, bank, monkeypatch) -> list[Order]:
        monkeypatch.setattr(missed_events, "PAGE", 4)
        monkeypatch.setattr("orders.gateways.stripe.events.PAGE", 4)
        return [paid_by_stripe(bank) for _ in range(6)]

    def test_page_after_page(self, many, bank):
        for order in many:
            bank.pay_back(intent_of(order), 700)
        hear_missed_events(since=timezone.now() - timedelta(days=1))
        assert sum(request == "GET /v1/events" for request, _key in bank.requests) == 2
        run_tasks()
        assert {state(order)[3] for order in many} == {SEVEN}

    def test_no_more_than_the_newest(self, many, bank, monkeypatch):
        monkeypatch.setattr(missed_events, "MOST", 4)
        for order in many:
            bank.pay_back(intent_of(order), 700)
        assert hear_missed_events(since=timezone.now() - timedelta(days=1)).stored == 4
        assert sum(request == "GET /v1/events" for request, _key in bank.requests) == 1
        run_tasks()
        assert [state(order)[3] for order in many] == [0, 0, *[SEVEN] * 4]

    @pytest.mark.parametrize("refunds", [1, 4])
    def test_two_queries_a_page_where_all_is_known(self, many, bank, refunds, django_assert_num_queries):
        for order in many[:refunds]:
            bank.pay_back(intent_of(order), 700)
        tell_all(bank)
        with django_assert_num_queries(2):
            assert hear_missed_events(since=timezone.now() - timedelta(days=1)).stored == 0
