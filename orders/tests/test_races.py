"""Two people, one order, the same moment: on real connections, with controls that show what the lock prevents."""

from __future__ import annotations

import os
from decimal import Decimal

import pytest

from carts.tests.factories import goods
from orders.gateways.base import GatewayResult
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import Order, Payment, PaymentState
from orders.services.cancel_order import NotCancellable, cancel_order, expire_orders
from orders.services.check_stock import check_stock
from orders.services.pay import NotPayable, PayOrder, mark_paid, pay_order
from orders.services.payment_results import apply_result
from orders.services.refund_order import GiveBack, refund_order
from orders.services.refunds import process_refund, shares_of
from orders.services.ship_order import Parcel, ship_order
from orders.services.transitions import InvalidTransition
from orders.tests.factories import GOOD_CARD, OrderFactory
from orders.tests.stock import assert_stock_agrees, counters
from orders.tests.unprotected import without_order_lock
from shop.common.errors import InvalidInput
from shop.testing.concurrency import Meeting, Outcome, race
from shop.testing.work import run_tasks

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

ROUNDS = 100 if os.environ.get("PROOF") == "full" else 4


def refund_ten(order: Order) -> Outcome:
    return race(8, lambda number: refund_order(GiveBack(order_id=order.pk, amount=Decimal(10))))


def promised(order: Order) -> Decimal:
    return sum((refund.amount for refund in order.refunds.all()), Decimal(0))


def test_refunds_never_exceed_what_was_captured():
    order = OrderFactory()
    outcome = refund_ten(order)
    assert (len(outcome.results), outcome.errors_by_type()) == (4, {"InvalidInput": 4})
    assert promised(order) == 40
    run_tasks()
    order.refresh_from_db()
    assert (order.refunded, order.captured) == (Decimal(40), Decimal("44.90"))


def test_control_refunds_exceed_it_without_the_lock(monkeypatch):
    order, everybody = OrderFactory(), Meeting(8)

    def look_and_wait(order, amount):
        shares = shares_of(order, amount)
        everybody.arrive()
        return shares

    monkeypatch.setattr("orders.services.refunds.shares_of", look_and_wait)
    with without_order_lock(8):
        outcome = refund_ten(order)
    assert not outcome.unexpected(InvalidInput)
    assert promised(order) > order.captured


def cancel_and_ship(order: Order) -> Outcome:
    verbs = [lambda: cancel_order(order_id=order.pk), lambda: ship_order(Parcel(order_id=order.pk))]
    return race(2, lambda number: type(verbs[number]()).__name__)


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_an_order_is_cancelled_or_sent(turn):
    variant = goods()
    order = OrderFactory(items=[(variant, 2)])
    outcome = cancel_and_ship(order)
    order.refresh_from_db()
    assert not outcome.unexpected(NotCancellable, InvalidTransition)
    assert len(outcome.results) == 1
    expected = {"cancelled": (10, 0, 0), "shipped": (8, 0, 0)}
    assert counters(variant) == expected[order.status]
    assert order.shipments.count() == (1 if order.status == "shipped" else 0)
    assert order.refunds.count() == (1 if order.status == "cancelled" else 0)
    assert_stock_agrees()


def test_control_it_is_both_without_the_lock():
    variant = goods()
    OrderFactory(items=[(variant, 5)])
    order = OrderFactory(items=[(variant, 2)])
    with without_order_lock(2):
        outcome = cancel_and_ship(order)
    assert not outcome.errors
    assert (order.shipments.count(), order.refunds.count()) == (1, 1)
    assert not check_stock().is_clean


def test_two_people_send_the_same_order_once():
    variant = goods()
    order = OrderFactory(items=[(variant, 2)])
    outcome = race(4, lambda number: ship_order(Parcel(order_id=order.pk)).pk)
    assert outcome.errors_by_type() == {"InvalidTransition": 3}
    assert counters(variant) == (8, 0, 0)
    assert_stock_agrees()


def money_arrives(payment: Payment) -> None:
    captured = GatewayResult(
        state=PaymentState.CAPTURED, reference=payment.gateway_reference or "", captured=payment.amount
    )
    apply_result(payment_id=payment.pk, result=captured)


def order_with_challenge() -> tuple[Order, Payment]:
    order = OrderFactory(items=[(goods(), 2)], status="pending")
    return order, pay_order(PayOrder(order_id=order.pk, token="4000000000003220"))


def cancel_while_money_arrives(order: Order, payment: Payment) -> Outcome:
    verbs = [lambda: cancel_order(order_id=order.pk), lambda: money_arrives(payment)]
    return race(2, lambda number: verbs[number]())


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_money_that_meets_a_cancellation_goes_back(turn):
    order, payment = order_with_challenge()
    outcome = cancel_while_money_arrives(order, payment)
    assert not outcome.errors
    run_tasks()
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.payment_status, payment.state) == ("cancelled", "refunded", "captured")
    assert order.captured == order.refunded == payment.refunded == order.total
    assert_stock_agrees()


def test_control_it_is_kept_without_the_lock():
    order, payment = order_with_challenge()
    with without_order_lock(2):
        cancel_while_money_arrives(order, payment)
    run_tasks()
    order.refresh_from_db()
    kept = order.captured - order.refunded
    assert kept > 0
    assert order.status == "cancelled" or not check_stock().is_clean


@pytest.mark.parametrize("turn", range(ROUNDS))
def test_an_order_runs_out_of_time_while_it_is_paid(turn):
    order = OrderFactory(items=[(goods(), 2)], status="pending")
    Order.objects.filter(pk=order.pk).update(pay_by=order.placed_at)
    verbs = [expire_orders, lambda: pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))]
    outcome = race(2, lambda number: verbs[number]())
    assert not outcome.unexpected(NotPayable)
    run_tasks()
    order.refresh_from_db()
    if order.status == "cancelled":
        assert order.captured == order.refunded
    else:
        assert (order.status, order.captured, order.refunded) == ("paid", order.total, 0)
    assert_stock_agrees()


def test_money_recorded_twice_counts_once():
    order = OrderFactory(payment_method="transfer", status="pending")
    outcome = race(4, lambda number: mark_paid(order_id=order.pk).pk)
    assert outcome.errors_by_type() == {"NotPayable": 3}
    order.refresh_from_db()
    assert (order.captured, order.payments.count(), order.refunds.count()) == (order.total, 1, 0)


def test_control_it_counts_twice_without_the_lock():
    order = OrderFactory(payment_method="transfer", status="pending")
    captured = GatewayResult(state=PaymentState.CAPTURED, captured=order.total)
    payments = [
        Payment.objects.create(order=order, gateway="manual", amount=order.total, currency="EUR") for _ in range(2)
    ]
    with without_order_lock(2):
        race(2, lambda number: apply_result(payment_id=payments[number].pk, result=captured))
    order.refresh_from_db()
    assert order.payments.filter(state="captured").count() == 2
    assert order.refunds.count() == 0, "nobody noticed that the order is paid twice"


def test_two_workers_settle_a_refund_once(monkeypatch):
    order = OrderFactory()
    (refund,) = refund_order(GiveBack(order_id=order.pk, amount=Decimal(10)))
    outcome = race(3, lambda number: process_refund.call(refund_id=refund.pk))
    assert not outcome.errors
    order.refresh_from_db()
    assert order.refunded == 10
    assert order.payments.get().refunded == 10


def test_every_refund_of_a_race_reaches_the_gateway_under_its_own_key(monkeypatch):
    keys: list[str] = []
    real = PretendGateway.refund

    def noting(self, request):
        keys.append(request.key)
        return real(self, request)

    monkeypatch.setattr(PretendGateway, "refund", noting)
    order = OrderFactory()
    refund_ten(order)
    run_tasks()
    assert len(keys) == len(set(keys)) == 4
