"""Payments that nobody asks about any more and that are not decided: asked about once more."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from orders.gateways.registry import settles_by_hand
from orders.models import Payment, PaymentState
from orders.services.pay import check_payment

# By then the checks that were queued with the payment are over, or were lost.
QUIET = timedelta(hours=1)
UNDECIDED = (PaymentState.PENDING, PaymentState.PROCESSING)


def ask_about_unsettled() -> int:
    """Queue one more look at each undecided payment that was quiet for an hour. Returns how many."""
    quiet = Payment.objects.filter(state__in=UNDECIDED, updated_at__lt=timezone.now() - QUIET)
    asked = [payment for payment in quiet.only("pk", "gateway") if not settles_by_hand(payment.gateway)]
    for payment in asked:
        check_payment.enqueue(payment_id=payment.pk, checks_left=0)
    return len(asked)
