"""Every life of an order ends right: in one state, with its stock moved once, its mails sent, its money where it says.

    PROOF=full pytest orders/tests/test_proof_lives.py          10,000 lives of an order paid by Stripe
    PROOF=full PROOF_EXAMPLES=2000 pytest --hypothesis-seed=1 orders/tests/test_proof_lives.py          a part of them

Each example is a random row of what can happen: pages opened, paid, declined, asked by the bank, left and never come
back; messages twice, reordered, or all lost; a bank that is away, decides late, pays back by itself; cancelling,
running out of time, refunds; and the power going at any of ten points. Then everything comes to rest, and all books
must agree.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal

import pytest
import stripe
from django.core import mail
from django_tasks_db.models import DBTaskResult
from hypothesis import HealthCheck, given
from hypothesis import settings as limits
from hypothesis import strategies as st

from carts.services.gift_cards import issue_gift_card
from carts.tests.factories import goods
from catalog.models import MovementKind, StockMovement
from orders.gateways.stripe import client as stripe_client
from orders.gateways.stripe.amounts import from_units
from orders.models import Order
from orders.services import reconcile_payments
from orders.tests.factories import OrderFactory
from orders.tests.lives import Life, moves, open_payments
from orders.tests.stripe_stand_in import SECRET, InProcess, StandIn
from orders.tests.whole import what_is_broken
from shop.testing.undone import undone

pytestmark = [pytest.mark.django_db, pytest.mark.proof]

FULL = os.environ.get("PROOF") == "full"
EXAMPLES = int(os.environ.get("PROOF_EXAMPLES", "10000")) if FULL else 15
MOVES = moves()
happenings = st.lists(st.tuples(st.sampled_from(sorted(MOVES)), st.integers(0, 59)), max_size=16)


@pytest.fixture
def orders(settings, monkeypatch) -> list[Order]:
    """One paid by Stripe alone, one with a gift card for a part."""
    settings.SHOP_GATEWAYS = ["stripe", "manual"]
    settings.SHOP_STRIPE_SECRET_KEY, settings.SHOP_STRIPE_PUBLISHABLE_KEY = "sk_test_1", "pk_test_1"
    settings.SHOP_STRIPE_WEBHOOK_SECRETS = [SECRET]
    monkeypatch.setattr(reconcile_payments, "UNANSWERED", timedelta(0))
    code = issue_gift_card(amount=Decimal("15.00")).code
    pending = {"status": "pending", "payment_method": "stripe"}
    return [OrderFactory(**pending), OrderFactory(**pending, items=[(goods(price="30.00"), 1)], gift_card=code)]


@pytest.fixture
def bank(monkeypatch) -> StandIn:
    stand_in = StandIn()
    spoken_to = stripe.StripeClient("sk_test_1", http_client=InProcess(stand_in), max_network_retries=0)
    monkeypatch.setattr(stripe_client, "client", lambda: spoken_to)
    return stand_in


@limits(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(number=st.integers(0, 1), happened=happenings, messages_arrive=st.booleans())
def test_every_life_of_an_order_ends_right(orders, bank, number, happened, messages_arrive):
    with undone():
        bank.forget()
        life = Life(orders[number], bank)
        for name, dice in happened:
            MOVES[name](life, dice)
        life.comes_to_rest(messages_arrive=messages_arrive)
        assert [*problems(life), *what_is_broken()] == []
        before = _state(life.order)
        life.hears_all()
        life.order.refresh_from_db()
        assert _state(life.order) == before, "late and repeated messages move nothing"


def problems(life: Life) -> Iterator[str]:
    yield from _money(life)
    yield from _stock(life.order)
    yield from _mails(life)
    if open_payments(life.order):
        yield f"undecided: {[payment.state for payment in open_payments(life.order)]}"
    if life.order.refunds.filter(state="pending").exists():
        yield "a refund is under way"


def _money(life: Life) -> Iterator[str]:
    order, currency = life.order, life.order.currency
    kept = order.captured - order.refunded
    by_stripe = sum(p.captured - p.refunded for p in order.payments.filter(gateway="stripe"))
    if by_stripe != from_units(life.bank.charged(), currency):
        yield f"the bank keeps {life.bank.charged()}, the order says {by_stripe}"
    back = sum(refund.amount for refund in order.refunds.filter(state="succeeded"))
    allowed = {
        "cancelled": kept == 0,
        "refunded": kept == 0,
        "paid": 0 < kept <= order.total and kept == order.captured - back,
    }
    if not allowed.get(order.status, False):
        yield f"{order.status} with {kept} of {order.total}"
    if order.status == "paid" and order.payment_status == "paid" and kept != order.total:
        yield f"paid, and {kept} of {order.total} is here"


def _stock(order: Order) -> Iterator[str]:
    moved = Counter(StockMovement.objects.filter(reference=order.number).values_list("kind", flat=True))
    expected = Counter({MovementKind.COMMIT: 1})
    if order.status in {"cancelled", "refunded"}:
        expected[MovementKind.UNCOMMIT] = 1
    if moved != expected:
        yield f"{order.status}, and stock moved {dict(moved)}"


def _mails(life: Life) -> Iterator[str]:
    """Each is known by its Message-ID: once more only for each time the power went between mail server and commit."""
    asked = [row.args_kwargs["kwargs"] for row in DBTaskResult.objects.filter(task_path__endswith=".send_to_customer")]
    kinds = Counter(one["kind"] for one in asked if one["order_id"] == life.order.pk)
    told = {"order_confirmation"} if life.order.events.filter(kind="confirmed").exists() else set()
    told |= {"order_cancelled"} if life.order.status == "cancelled" else set()
    if kinds != Counter(told):
        yield f"told {dict(kinds)} instead of {told}"
    sent = Counter(message.extra_headers["Message-ID"] for message in life.mails())
    if sum(sent.values()) - len(sent) > life.cuts_at_mails:
        yield f"sent {sorted(sent.values())} times, with {life.cuts_at_mails} power cuts"
    back = life.order.refunds.filter(state="succeeded", to_gift_card=False, tells_customer=True).count()
    to_customer = [message for message in life.mails() if message.to == [life.order.email]]
    if len({message.extra_headers["Message-ID"] for message in to_customer}) != len(told) + back:
        yield "a mail that was queued never went out"


def _state(order: Order) -> tuple[object, ...]:
    moves = StockMovement.objects.filter(reference=order.number).count()
    return order.status, order.payment_status, order.captured, order.refunded, moves, len(mail.outbox)
