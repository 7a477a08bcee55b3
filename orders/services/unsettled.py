"""Payments that nobody asks about any more and that are not decided: asked about once more."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from orders.gateways.base import GatewayUnreachable
from orders.gateways.registry import gateway_by_code, settles_by_hand
from orders.models import OrderStatus, Payment, PaymentState
from orders.services.check_payment import check_payment
from orders.services.payment_results import apply_result
from shop.common.errors import InvalidInput

# By then the checks that were queued with the payment are over, or were lost.
QUIET = timedelta(hours=1)
UNDECIDED = (PaymentState.PENDING, PaymentState.PROCESSING)
# A shopper who pays at the gateway and never comes back, and a webhook that never arrives: asked about so often.
ASKED_EVERY = timedelta(minutes=5)

logger = logging.getLogger(__name__)


def ask_about_unsettled() -> int:
    """Queue one more look at each payment that nobody asks about otherwise. Returns how many."""
    now = timezone.now()
    quiet = Q(state__in=UNDECIDED, updated_at__lt=now - QUIET)
    away = Q(state=PaymentState.REQUIRES_ACTION, order__status=OrderStatus.PENDING, updated_at__lt=now - ASKED_EVERY)
    asked = _answerable(Payment.objects.filter(quiet | away))
    for payment in asked:
        check_payment.enqueue(payment_id=payment.pk, checks_left=0)
    return len(asked)


def ask_before_the_end(order_id: int, *, silent: set[str]) -> bool:
    """Ask once more how the order's open payments stand: an order that is paid does not run out of time.

    False when a gateway does not answer: it joins the `silent` ones, which are not asked again in this round.
    """
    open_still = (PaymentState.REQUIRES_ACTION, PaymentState.PROCESSING, PaymentState.AUTHORISED)
    for payment in _answerable(Payment.objects.filter(order_id=order_id, state__in=open_still)):
        if payment.gateway in silent:
            return False
        try:
            result = gateway_by_code(payment.gateway).fetch(payment.gateway_reference or "")
        except GatewayUnreachable:
            silent.add(payment.gateway)
            return False
        except InvalidInput as error:
            logger.warning("payment_not_known", extra={"payment_id": payment.pk, "code": error.error_code})
            continue
        apply_result(payment_id=payment.pk, result=result)
    return True


def _answerable(payments: QuerySet[Payment]) -> list[Payment]:
    """Those whose gateway can be asked: not settled by hand, and known there if they wait for the shopper."""
    known = payments.filter(Q(gateway_reference__isnull=False) | ~Q(state=PaymentState.REQUIRES_ACTION))
    return [
        payment for payment in known.only("pk", "gateway", "gateway_reference") if not settles_by_hand(payment.gateway)
    ]
