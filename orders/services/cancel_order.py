"""Cancelling: stock goes back, and so does money that came."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from carts.services.redemptions import give_back_step
from orders.models import Order, OrderStatus, PaymentStatus
from orders.services.issue_documents import credit_step
from orders.services.mails import queue_cancelled
from orders.services.order_stock import uncommit_rest
from orders.services.refunds import open_refunds, refundable
from orders.services.transitions import Note, can_move, checked_text, lock_order, move, write_event
from orders.services.unsettled import ask_before_the_end
from orders.services.void_payment import let_go_of_payments
from shop.common.errors import Conflict, ShopError
from shop.common.unit import run_in_transaction, transactional

# So much longer an order lives while its gateway does not say whether it is paid.
PATIENCE = timedelta(minutes=30)

logger = logging.getLogger(__name__)


class NotCancellable(Conflict):
    code = "not_cancellable"
    default_message = _("This order can no longer be cancelled.")


@transactional
def cancel_order(*, order_id: int, reason: str = "customer", why: str = "", actor_id: int | None = None) -> Order:
    """Cancel an order of which nothing has left the shop; `reason` is "customer", "staff" or "expired".

    Its units are free again, money that came goes back. `why`, in somebody's own words, stands in the
    timeline for staff. Raises NotCancellable, InvalidInput for a `why` that is too long.
    """
    why = checked_text(why, field="reason")
    order = lock_order(order_id)
    _cancel(order, reason=reason, actor_id=actor_id)
    if why:
        write_event(order, Note(kind="note", message=why, actor_id=actor_id))
    return order


def expire_orders() -> int:
    """Cancel the unpaid orders whose time is over, each in its own unit. Returns how many.

    The gateways are asked once more before: one that is paid by now stays, and so does for a while one whose
    gateway is silent. One that cannot be cancelled is logged and does not keep the others.
    """
    silent, ended = set[str](), 0
    for order_id, pay_by in list(_overdue().values_list("pk", "pay_by")):
        answered = ask_before_the_end(order_id, silent=silent)
        if answered or (pay_by and pay_by < timezone.now() - PATIENCE):
            ended += _expire_one(order_id)
    return ended


def is_cancellable(order: Order) -> bool:
    shipped = any(line.shipped_quantity for line in order.lines.all())
    return can_move(order, OrderStatus.CANCELLED) and not shipped


def _overdue() -> QuerySet[Order]:
    return Order.objects.filter(status=OrderStatus.PENDING, pay_by__lt=timezone.now()).order_by("pay_by")


def _expire_one(order_id: int) -> bool:
    try:
        return run_in_transaction(lambda: _expire(order_id))
    except ShopError:
        logger.exception("order_not_expired", extra={"order_id": order_id})
        return False


def _expire(order_id: int) -> bool:
    order = lock_order(order_id)
    overdue = order.status == OrderStatus.PENDING and order.pay_by is not None and order.pay_by < timezone.now()
    if overdue:
        _cancel(order, reason="expired", actor_id=None)
    return overdue


def _cancel(order: Order, *, reason: str, actor_id: int | None) -> None:
    if not is_cancellable(order):
        raise NotCancellable
    uncommit_rest(order, actor_id=actor_id)
    give_back_step(reference=order.number, cart_id=order.cart_id)
    back = refundable(order)
    if back > 0:
        open_refunds(order, amount=back, reason="cancelled", actor_id=actor_id, tells_customer=False)
    let_go_of_payments(order)
    order.cancel_reason = reason
    if order.payment_status in {PaymentStatus.AUTHORISED, PaymentStatus.FAILED}:
        order.payment_status = PaymentStatus.VOIDED
    order.save(update_fields=["cancel_reason", "payment_status"])
    message = _("Not paid in time, cancelled") if reason == "expired" else _("Order cancelled")
    note = Note(kind="cancelled", message=message, is_public=True, actor_id=actor_id, data={"reason": reason})
    move(order, OrderStatus.CANCELLED, note)
    credit_step(order)
    queue_cancelled(order)
