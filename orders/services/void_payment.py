"""Letting go of payments that nobody waits for any more."""

from __future__ import annotations

from collections.abc import Sequence

from orders.models import Order, PaymentState
from orders.services.payment_results import OPEN_STATES, void_payment


def let_go_of_payments(order: Order, *, states: Sequence[PaymentState] = OPEN_STATES) -> None:
    """A step, with the order locked: have the gateways told that its payments in `states` are not wanted."""
    for payment in order.payments.filter(state__in=states):
        void_payment.enqueue(payment_id=payment.pk)
