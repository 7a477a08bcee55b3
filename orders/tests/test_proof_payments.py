"""Whatever order the world delivers its messages in, an order ends right. With Stripe: test_proof_lives.

    PROOF=full pytest orders/tests/test_proof_payments.py          2,000 lives of an order

Each example is one order and a random row of what can happen to it: tries to pay that succeed, are declined, ask,
hang, come late or lose their answer; events, also twice and reversed; cancelling, running out of time, refunds,
and the worker doing its tasks sooner or later. Then everything comes to rest, and the books must agree.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

import pytest
from django.utils import timezone
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from catalog.models import MovementKind, StockMovement
from orders.gateways.base import GatewayUnreachable
from orders.gateways.test import gateway as pretend
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.gateways.test.gateway import sign
from orders.models import Order, Payment
from orders.services.cancel_order import cancel_order, expire_orders
from orders.services.check_payment import check_payment
from orders.services.gateway_events import receive_event
from orders.services.pay import PayOrder, confirm_payment, pay_order
from orders.services.reconcile_payments import reconcile_payments
from orders.services.refund_order import GiveBack, refund_order
from orders.tests.factories import OrderFactory
from orders.tests.whole import what_is_broken
from shop.common.errors import ShopError
from shop.testing.undone import undone
from shop.testing.work import run_tasks

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

EXAMPLES = 2_000 if os.environ.get("PROOF") == "full" else 10
CARDS = {
    "good": "4242424242424242",
    "declined": "4000000000000002",
    "asks": "4000000000003220",
    "hangs": "4000000000000119",
    "late": "4000000000000259",
}


class Life:
    """One order, and what can happen to it."""

    def __init__(self) -> None:
        self.order: Order = OrderFactory(status="pending")
        self.references: list[str] = []
        self.events: list[bytes] = []

    def pay(self, card: str) -> None:
        with suppress(ShopError):
            payment = pay_order(PayOrder(order_id=self.order.pk, method="test", token=CARDS[card]))
            self._remember(payment.gateway_reference)

    def pay_and_lose_the_answer(self, _number: int) -> None:
        """The gateway did it, the answer never came: only an event, or asking, can tell."""

        def start(gateway: Any, request: Any) -> Any:
            self._remember(real(gateway, request).reference)
            raise GatewayUnreachable

        real = PretendGateway.start
        with patch.object(PretendGateway, "start", start), suppress(ShopError):
            pay_order(PayOrder(order_id=self.order.pk, method="test", token=CARDS["good"]))

    def answer(self, number: int) -> None:
        asked = self.order.payments.filter(state="requires_action").last()
        if asked is not None:
            with suppress(ShopError):
                confirm_payment(payment=asked, approved=bool(number % 2))

    def bank_is_away_while_answering(self, number: int) -> None:
        with patch.object(PretendGateway, "confirm", side_effect=GatewayUnreachable):
            self.answer(number)

    def event(self, number: int) -> None:
        if self.references:
            reference = self.references[number % len(self.references)]
            body = {"id": f"event-{len(self.events)}", "type": "changed", "reference": reference}
            self.events.append(json.dumps(body).encode())
            self._receive(self.events[-1])

    def event_again(self, number: int) -> None:
        if self.events:
            self._receive(self.events[number % len(self.events)])

    def cancel(self, _number: int) -> None:
        with suppress(ShopError):
            cancel_order(order_id=self.order.pk)

    def run_out_of_time(self, _number: int) -> None:
        Order.objects.filter(pk=self.order.pk, pay_by__isnull=False).update(pay_by=timezone.now() - timedelta(hours=1))
        expire_orders()

    def refund(self, number: int) -> None:
        with suppress(ShopError):
            refund_order(GiveBack(order_id=self.order.pk, amount=Decimal(number % 7 + 1) if number % 3 else None))

    def work(self, number: int) -> None:
        run_tasks(also_later=bool(number % 2))

    def check(self, _number: int) -> None:
        for payment in self.order.payments.all():
            check_payment.call(payment_id=payment.pk, checks_left=0)

    def come_to_rest(self) -> None:
        """Every event arrives, the worker does all that waits, and nobody leaves a question unanswered."""
        for reference in list(self.references):
            self.event(self.references.index(reference))
        for _ in range(12):  # a payment without an answer is asked about eight times
            run_tasks(also_later=True)
            with suppress(ShopError):
                reconcile_payments()
        self.order.refresh_from_db()
        if self.order.status == "pending":
            self.run_out_of_time(0)
            run_tasks(also_later=True)
        self.order.refresh_from_db()

    def _remember(self, reference: str | None) -> None:
        if reference and reference not in self.references:
            self.references.append(reference)

    def _receive(self, body: bytes) -> None:
        receive_event(gateway_code="test", headers={"test-signature": sign(body)}, body=body)


def act(name: str) -> Callable[[Life, int], None]:
    return lambda life, number: getattr(life, name)(number)


def pay_by(card: str) -> Callable[[Life, int], None]:
    return lambda life, _number: life.pay(card)


OTHERS = (
    "pay_and_lose_the_answer", "answer", "bank_is_away_while_answering", "event", "event_again", "cancel",
    "run_out_of_time", "refund", "work", "check",
)  # fmt: skip
ACTS = {**{f"pay {card}": pay_by(card) for card in CARDS}, **{name: act(name) for name in OTHERS}}


@pytest.fixture
def bank_is_quick(monkeypatch) -> None:
    monkeypatch.setattr(pretend, "LATE_BY", timedelta(0))


@limits(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(happened=st.lists(st.tuples(st.sampled_from(sorted(ACTS)), st.integers(0, 20)), max_size=14))
def test_every_life_of_an_order_ends_right(bank_is_quick, happened):
    with undone():
        life = Life()
        for name, number in happened:
            ACTS[name](life, number)
        life.come_to_rest()
        assert problems(life.order) == []


def problems(order: Order) -> list[str]:
    found = [*what_is_broken(), *_mails()]
    kept = order.captured - order.refunded
    money = {"cancelled": kept == 0, "refunded": kept == 0, "paid": Decimal(0) < kept <= order.total}
    if not money.get(order.status, False):
        found.append(f"{order.status} with {kept} of {order.total}")
    if order.status == "paid" and order.payment_status == "paid" and kept != order.total:
        found.append(f"paid, and {kept} of {order.total} is here")
    if Payment.objects.filter(state__in=["pending", "processing"]).exists():
        found.append("a payment is undecided")
    if order.refunds.filter(state="pending").exists():
        found.append("a refund is under way")
    commits = StockMovement.objects.filter(reference=order.number, kind=MovementKind.COMMIT).count()
    if commits != 1:
        found.append(f"stock was committed {commits} times")
    return found


def _mails() -> Iterator[str]:
    sent = DBTaskResult.objects.filter(task_path__endswith=".send_to_customer")
    kinds = [row.args_kwargs["kwargs"]["kind"] for row in sent]
    for kind in set(kinds):
        if kinds.count(kind) > 1:
            yield f"{kind} was sent {kinds.count(kind)} times"
