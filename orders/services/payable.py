"""Whether an order may be paid now."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.manual.gateway import ManualGateway
from orders.gateways.registry import has_hosted_page
from orders.models import Order, OrderStatus, PaymentState, PaymentStatus
from shop.common.errors import Conflict

# For so long a payment whose gateway has not answered keeps a second one away: two clicks are one payment.
UNANSWERED = timedelta(seconds=60)
STATUSES = frozenset({OrderStatus.PENDING, OrderStatus.PROCESSING, OrderStatus.SHIPPED, OrderStatus.DELIVERED})


class NotPayable(Conflict):
    code = "not_payable"
    default_message = _("There is nothing to pay for this order any more.")


class PaymentInProgress(Conflict):
    code = "payment_in_progress"
    default_message = _("A payment is under way. Please wait for the bank's answer.")


def is_payable(order: Order) -> bool:
    """Whether money for this order is still to come."""
    return order.status in STATUSES and order.payment_status in {PaymentStatus.UNPAID, PaymentStatus.FAILED}


def is_under_way(order: Order) -> bool:
    """Whether a gateway may have the order's money in its hands just now.

    One with a page of its own has not before the shopper was there: its lost answer is asked for again.
    """
    young = Q(state=PaymentState.PENDING, created_at__gt=timezone.now() - UNANSWERED)
    under_way = order.payments.filter(Q(state=PaymentState.PROCESSING) | young)
    # Nobody waits for the manual gateway: an announced transfer keeps no card away.
    waiting = under_way.exclude(gateway=ManualGateway.code).only("state", "gateway")
    return any(one.state == PaymentState.PROCESSING or not has_hosted_page(one.gateway) for one in waiting)


def check_payable(order: Order) -> None:
    """A step, with the order locked. Raises NotPayable, PaymentInProgress."""
    if not is_payable(order):
        raise NotPayable
    if is_under_way(order):
        raise PaymentInProgress
