"""Asking the gateways about everything that is not settled, and settling it."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.utils import timezone

from orders.gateways.registry import settles_by_hand
from orders.models import GatewayEvent, Payment, Refund, RefundState
from orders.services.check_payment import check_payment
from orders.services.gateway_events import apply_event
from orders.services.missed_events import REMEMBERED, hear_missed_events
from orders.services.payable import UNANSWERED
from orders.services.payment_results import OPEN_STATES
from orders.services.refunds import process_refund
from shop.common.errors import ShopError

logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Reconciled:
    """`failed` are the questions that had no answer: they are asked again by the worker, or the next time.

    `missed` are those of the events that never arrived, and were found in a gateway's own list.
    """

    events: int
    missed: int
    payments: int
    refunds: int
    settled: int
    failed: int


def reconcile_payments() -> Reconciled:
    """Hear missed events and apply all, ask about open payments and refunds. Repeats are harmless.

    Each in units of its own. A payment that is just being started is left alone.
    """
    missed = hear_missed_events(since=timezone.now() - REMEMBERED)
    events = list(GatewayEvent.objects.filter(applied_at=None).order_by("pk").values_list("pk", flat=True))
    payments = [payment.pk for payment in _open_payments()]
    refunds = list(Refund.objects.filter(state=RefundState.PENDING).order_by("pk").values_list("pk", flat=True))
    failed = missed.silent + sum(not _done(partial(apply_event.call, event_id=pk)) for pk in events)
    failed += sum(not _done(partial(check_payment.call, payment_id=pk, checks_left=0)) for pk in payments)
    failed += sum(not _done(partial(process_refund.call, refund_id=pk)) for pk in refunds)
    still_open = Payment.objects.filter(pk__in=payments, state__in=OPEN_STATES).count()
    still_open += Refund.objects.filter(pk__in=refunds, state=RefundState.PENDING).count()
    return Reconciled(
        events=len(events),
        missed=missed.stored,
        payments=len(payments),
        refunds=len(refunds),
        settled=len(payments) + len(refunds) - still_open,
        failed=failed,
    )


def _open_payments() -> list[Payment]:
    started = Payment.objects.filter(state__in=OPEN_STATES, created_at__lt=timezone.now() - UNANSWERED).order_by("pk")
    return [payment for payment in started.only("pk", "gateway") if not settles_by_hand(payment.gateway)]


def _done(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except ShopError as error:
        logger.warning("reconcile_no_answer", extra={"code": error.error_code})
        return False
    return True
