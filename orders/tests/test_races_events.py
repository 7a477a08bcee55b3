"""A webhook and the search for missed ones, at the same moment: on real connections, with a control."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import QuerySet
from django.utils import timezone

from orders.models import GatewayEvent, Order
from orders.services.gateway_events import apply_event
from orders.services.missed_events import hear_missed_events
from orders.services.pay import look_at_payment
from orders.services.refunds import book_refunds_made_elsewhere
from orders.tests.factories import OrderFactory
from orders.tests.stripe_stand_in import StandIn
from orders.tests.stripe_steps import hook, opened, state
from orders.tests.unprotected import without_order_lock
from shop.testing.concurrency import Meeting, race

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

PARTIES = 6


@pytest.fixture
def order(bank: StandIn) -> Order:
    """Paid, and seven of it paid back in the dashboard."""
    order = OrderFactory(status="pending", payment_method="stripe")
    payment = opened(order)
    bank.pay(payment.gateway_reference)
    look_at_payment(payment=payment)
    bank.pay_back(payment.gateway_reference, 700)
    return order


def hear() -> int:
    return hear_missed_events(since=timezone.now() - timedelta(days=1)).stored


def apply_together() -> None:
    event = GatewayEvent.objects.get()
    assert race(PARTIES, lambda number: apply_event.call(event_id=event.pk)).errors == []


def test_it_is_stored_once_and_booked_once(order, bank):
    outcome = race(PARTIES, lambda number: hear() if number % 2 else hook(bank.events[-1]))
    assert outcome.errors == []
    apply_together()
    assert state(order)[1:] == ("partially_refunded", order.total, Decimal("7.00"))
    assert order.refunds.count() == 1


def test_control_without_the_unit_and_its_locks_each_books_it(order, monkeypatch):
    hear()
    everybody = Meeting(PARTIES)

    def look_and_wait(*about: Any, **how: Any) -> Decimal:
        everybody.arrive()
        return book_refunds_made_elsewhere(*about, **how)

    monkeypatch.setattr("orders.services.payment_results.book_refunds_made_elsewhere", look_and_wait)
    monkeypatch.setattr(QuerySet, "select_for_update", lambda rows, **_: rows.all())
    # In a transaction MariaDB would find a deadlock, and the second try what the first has booked.
    monkeypatch.setattr("shop.common.unit.run_in_transaction", lambda work, **_: work())
    with without_order_lock(PARTIES):
        apply_together()
    assert order.refunds.count() == PARTIES
