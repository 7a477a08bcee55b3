from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from carts.tests.factories import counters, goods
from orders.gateways.base import GatewayResult
from orders.gateways.test import gateway as pretend
from orders.gateways.test.cards import behaviour_of
from orders.models import Order, Payment, PaymentState
from orders.services.cancel_order import cancel_order, expire_orders
from orders.services.check_payment import CHECKS, check_payment, how_it_stands
from orders.services.pay import NotPayable, PaymentDeclined, PaymentInProgress, PayOrder, confirm_payment, pay_order
from orders.services.payment_results import apply_result
from orders.tests.factories import GOOD_CARD, OrderFactory, settle_refunds
from orders.tests.stock import assert_stock_agrees
from shop.common.errors import InvalidInput
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

DECLINED, NO_FUNDS, CHALLENGE = "4000000000000002", "4000000000009995", "4000000000003220"
HANGS, LATE = "4000000000000119", "4000000000000259"


@pytest.fixture
def order() -> Order:
    return OrderFactory(items=[(goods(stock=5, price="20.00"), 1)], status="pending")


@pytest.fixture
def bank_is_quick(monkeypatch):
    monkeypatch.setattr(pretend, "LATE_BY", timedelta(0))


def pay(order: Order, card: str = GOOD_CARD, method: str = "") -> Payment:
    return pay_order(PayOrder(order_id=order.pk, method=method, token=card))


def state_of(order: Order) -> tuple[str, str, Decimal]:
    order.refresh_from_db()
    return order.status, order.payment_status, order.captured


def grow_old(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(created_at=timezone.now() - timedelta(minutes=5))


def test_a_card_that_is_accepted(order):
    payment = pay(order)
    assert (payment.state, payment.captured, payment.amount) == ("captured", Decimal("24.90"), Decimal("24.90"))
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))
    assert order.paid_at is not None
    assert order.events.filter(is_public=True).last().message == "€24.90 paid"


@pytest.mark.parametrize(
    ("card", "code", "message"),
    [
        (DECLINED, "card_declined", "The card was declined. Please try another one."),
        (NO_FUNDS, "insufficient_funds", "There is not enough money on this card. Please try another one."),
        ("1234", "card_unknown", "This is not one of the test cards. Please take one from the list."),
    ],
)
def test_a_card_that_is_declined(order, card, code, message):
    with pytest.raises(PaymentDeclined) as caught:
        pay(order, card)
    assert str(caught.value) == message
    payment = order.payments.get()
    assert (payment.state, payment.error_code, payment.captured) == ("failed", code, 0)
    assert state_of(order) == ("pending", "failed", 0)
    assert order.events.get(kind="payment_failed").is_public is False


def test_the_order_stays_payable_after_a_decline(order, queued):
    with pytest.raises(PaymentDeclined):
        pay(order, DECLINED)
    assert queued("send_to_customer") == []
    pay(order)
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))
    assert [payment.state for payment in order.payments.all()] == ["failed", "captured"]
    assert len(queued("send_to_customer")) == 1


def test_a_challenge_that_is_passed(order):
    payment = pay(order, CHALLENGE)
    assert (payment.state, payment.next_action) == ("requires_action", {"type": "challenge"})
    assert state_of(order) == ("pending", "unpaid", 0)
    confirm_payment(payment=payment, approved=True)
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))


def test_a_challenge_that_is_refused(order):
    payment = pay(order, CHALLENGE)
    with pytest.raises(PaymentDeclined, match="You did not confirm the payment"):
        confirm_payment(payment=payment, approved=False)
    assert state_of(order) == ("pending", "failed", 0)
    with pytest.raises(NotPayable):
        confirm_payment(payment=payment, approved=True)
    assert state_of(order) == ("pending", "failed", 0)


def test_only_what_the_bank_asked_can_be_answered(order):
    late = pay(order, LATE)
    with pytest.raises(NotPayable):
        confirm_payment(payment=late, approved=True)
    assert state_of(order) == ("pending", "unpaid", 0)


def test_a_question_is_void_once_another_card_has_paid(order):
    asked = pay(order, CHALLENGE)
    pay(order)
    with pytest.raises(NotPayable):
        confirm_payment(payment=asked, approved=True)
    run_tasks()
    asked.refresh_from_db()
    assert asked.state == "voided"
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))


def test_a_bank_that_answers_late(order, monkeypatch):
    payment = pay(order, LATE)
    assert payment.state == "processing"
    assert state_of(order) == ("pending", "unpaid", 0)
    with pytest.raises(PaymentInProgress):
        pay(order)

    run_tasks(also_later=True)
    assert state_of(order)[0] == "pending", "asked too early"
    monkeypatch.setattr(pretend, "LATE_BY", timedelta(0))
    run_tasks(also_later=True)
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))
    assert order.payments.count() == 1


def test_a_bank_that_never_answers(order, queued):
    payment = pay(order, HANGS)
    assert (payment.state, payment.gateway_reference) == ("pending", None)
    with pytest.raises(PaymentInProgress):
        pay(order)
    for _ in range(CHECKS + 1):
        run_tasks(also_later=True)
    payment.refresh_from_db()
    assert (payment.state, payment.error_code) == ("failed", "gateway_unreachable")
    assert len(queued("check_payment")) == CHECKS + 1
    pay(order)
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))


def test_a_payment_without_an_answer_keeps_another_one_away_for_a_minute_only(order):
    grow_old(pay(order, HANGS))
    pay(order)
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))


def test_checks_are_spaced_out(order, queued):
    pay(order, HANGS)
    run_tasks(also_later=True)
    run_tasks(also_later=True)
    assert [call["kwargs"].get("checks_left", CHECKS) for call in queued("check_payment")] == [8, 7, 6]


def test_two_clicks_are_one_payment(order):
    pay(order)
    with pytest.raises(NotPayable):
        pay(order)
    assert order.payments.count() == 1


@pytest.mark.parametrize("status", ["paid", "shipped", "cancelled", "refunded"])
def test_nothing_to_pay(status):
    order = OrderFactory(status=status)
    payments = order.payments.count()
    with pytest.raises(NotPayable):
        pay(order)
    assert order.payments.count() == payments


def test_an_order_on_delivery_can_be_paid_by_card(queued):
    order = OrderFactory(payment_method="on_delivery", status="processing")
    pay(order, method="test")
    assert state_of(order) == ("processing", "paid", order.total)
    assert len(queued("send_to_customer")) == 1, "it was confirmed when it was placed"


def test_a_way_to_pay_that_is_not_offered(order, settings):
    settings.SHOP_GATEWAYS = ["manual"]
    with pytest.raises(InvalidInput):
        pay(order, method="test")
    assert not order.payments.exists()


def test_money_that_comes_after_the_order_was_cancelled_goes_back(order, queued, bank_is_quick):
    payment = late_payment(order)
    cancel_order(order_id=order.pk)
    apply_result(payment_id=payment.pk, result=captured(payment))

    assert state_of(order) == ("cancelled", "unpaid", Decimal("24.90"))
    refund = order.refunds.get()
    assert (refund.amount, refund.payment, refund.state) == (Decimal("24.90"), payment, "pending")
    alert = queued("send_to_staff")[-1]["kwargs"]
    assert alert["kind"] == "order_alert"
    assert alert["what"].startswith("€24.90 arrived for an order that did not want it")

    settle_refunds(order)
    assert state_of(order) == ("cancelled", "refunded", Decimal("24.90"))
    assert order.refunded == Decimal("24.90")
    assert_stock_agrees()


def test_an_order_that_is_paid_twice_gives_one_payment_back(order, queued):
    first = pay(order, HANGS)
    grow_old(first)
    pay(order)
    apply_result(payment_id=first.pk, result=captured(first))

    assert state_of(order) == ("paid", "paid", Decimal("49.80"))
    assert [(r.payment, r.amount) for r in order.refunds.all()] == [(first, Decimal("24.90"))]
    assert queued("send_to_staff")[-1]["kwargs"]["kind"] == "order_alert"
    settle_refunds(order)
    assert state_of(order) == ("paid", "paid", Decimal("49.80"))
    assert order.refunded == Decimal("24.90")


def test_less_than_was_asked_for_does_not_pay_the_order(order, queued):
    payment = late_payment(order)
    apply_result(payment_id=payment.pk, result=captured(payment, amount="10.00"))
    assert state_of(order) == ("pending", "unpaid", Decimal("10.00"))
    assert queued("send_to_staff")[-1]["kwargs"]["what"] == "Only a part was paid: €10.00 paid"


def test_repeats_and_stale_answers_change_nothing(order):
    payment = pay(order)
    events = order.events.count()
    for state in PaymentState:
        apply_result(payment_id=payment.pk, result=GatewayResult(state=state, captured=payment.amount))
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))
    assert order.events.count() == events


@pytest.mark.parametrize(
    ("known", "older"),
    [
        ("authorised", "requires_action"),
        ("authorised", "processing"),
        ("requires_action", "pending"),
        ("processing", "pending"),
    ],
)
def test_an_older_answer_that_comes_later_takes_nothing_back(order, known, older):
    payment = late_payment(order)
    Payment.objects.update(state="pending")
    asked = {"type": "challenge"}
    apply_result(payment_id=payment.pk, result=GatewayResult(state=known, reference="r", next_action=asked))
    apply_result(payment_id=payment.pk, result=GatewayResult(state=older, reference="r"))
    payment.refresh_from_db()
    assert (payment.state, payment.next_action) == (known, asked)


def test_giving_up_on_an_answer_that_came_meanwhile(order):
    """Read before the answer with the reference was there, stored after it."""
    payment = late_payment(order)
    Payment.objects.update(state="pending")
    given_up = how_it_stands(payment, checks_left=0)
    apply_result(payment_id=payment.pk, result=GatewayResult(state=PaymentState.REQUIRES_ACTION, reference="r"))
    assert apply_result(payment_id=payment.pk, result=given_up).state == "requires_action"


def test_a_promise_of_which_less_was_taken_leaves_the_rest_to_be_paid(order):
    payment = late_payment(order)
    apply_result(payment_id=payment.pk, result=GatewayResult(state=PaymentState.AUTHORISED, reference="r"))
    apply_result(payment_id=payment.pk, result=captured(payment, amount="10.00"))
    assert pay(order).amount == Decimal("14.90")
    assert state_of(order) == ("paid", "paid", Decimal("24.90"))


def test_an_authorised_payment_is_not_paid_yet(order):
    payment = late_payment(order)
    apply_result(payment_id=payment.pk, result=GatewayResult(state=PaymentState.AUTHORISED, reference="r"))
    assert state_of(order) == ("pending", "authorised", 0)


def test_checking_a_decided_payment_asks_nobody(order, queued):
    payment = pay(order)
    check_payment.call(payment_id=payment.pk)
    assert queued("check_payment") == []


def test_whoever_is_paying_gets_a_little_longer(order):
    variant = order.lines.get().variant
    almost = timezone.now() + timedelta(seconds=30)
    Order.objects.filter(pk=order.pk).update(pay_by=almost)
    with pytest.raises(PaymentDeclined):
        pay(order, DECLINED)
    order.refresh_from_db()
    assert timedelta(minutes=9) < order.pay_by - timezone.now() <= timedelta(minutes=10)
    assert expire_orders() == 0
    assert counters(variant) == (5, 0, 1)


def test_but_not_by_trying_for_ever(order):
    old = timezone.now() - timedelta(minutes=59, seconds=30)
    Order.objects.filter(pk=order.pk).update(placed_at=old, pay_by=timezone.now() + timedelta(seconds=1))
    with pytest.raises(PaymentDeclined):
        pay(order, DECLINED)
    order.refresh_from_db()
    assert order.pay_by - timezone.now() <= timedelta(seconds=30)


@pytest.mark.parametrize(
    ("number", "behaviour"),
    [
        ("4242 4242 4242 4242", "succeed"),
        (" 4000000000000002 ", "decline"),
        ("4000000000009995", "no_funds"),
        ("4000000000003220", "challenge"),
        ("4000000000000119", "hang"),
        ("4000000000000259", "late"),
        ("4111111111111111", None),
        ("", None),
    ],
)
def test_the_cards(number, behaviour):
    assert behaviour_of(number) == behaviour


def late_payment(order: Order) -> Payment:
    """One that is still with the bank."""
    return Payment.objects.create(
        order=order, gateway="test", amount=order.total, currency="EUR", state=PaymentState.PROCESSING
    )


def captured(payment: Payment, amount: str = "") -> GatewayResult:
    sum_ = Decimal(amount) if amount else payment.amount
    return GatewayResult(state=PaymentState.CAPTURED, reference=f"late.{payment.public_id}", captured=sum_)
