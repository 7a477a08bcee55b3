"""Giving money back: taken from what may be refunded first, then asked of the gateway, then settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import Gateway, RefundRequest, RefundResult
from orders.gateways.registry import gateway_by_code
from orders.models import Order, OrderStatus, Payment, PaymentState, PaymentStatus, Refund, RefundState
from orders.services.events import emit_order
from orders.services.excess import tell_excess_step, tell_missing_step
from orders.services.issue_documents import credit_step
from orders.services.mails import queue_refunded, queue_staff_alert
from orders.services.order_stock import uncommit_rest
from orders.services.transitions import Note, can_move, lock_order, move, write_event
from shop.common.errors import InvalidInput
from shop.common.money import ZERO, format_money, is_whole
from shop.common.unit import run_in_transaction
from shop.tasks.queue import shop_task

# An answer of the gateway's may be as old as the question: refunds younger than this may be missing in it.
SETTLED_FOR_CERTAIN = timedelta(hours=1)
# Not paid in full yet.
WAITING = frozenset({PaymentStatus.UNPAID, PaymentStatus.FAILED, PaymentStatus.AUTHORISED})


def refundable(order: Order) -> Decimal:
    """What is captured and neither refunded nor on its way back."""
    pending = order.refunds.filter(state=RefundState.PENDING).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return order.captured - order.refunded - pending


def shipping_left(order: Order) -> Decimal:
    """What was paid for shipping, with tax, and has not gone back."""
    tax = ZERO if order.prices_include_tax else order.tax - sum((line.tax for line in order.lines.all()), ZERO)
    alive = order.refunds.filter(~Q(state=RefundState.FAILED))
    back: Decimal = alive.aggregate(sum=Sum("shipping_amount"))["sum"] or ZERO
    return order.shipping + tax - back


def check_shipping(order: Order, amount: Decimal, *, within: Decimal | None = None) -> None:
    """Raises InvalidInput for more than is left of the shipping, or than `within`, and for parts of a cent."""
    left = shipping_left(order)
    most = left if within is None else min(left, within)
    if not ZERO <= amount <= most or not is_whole(amount, order.currency):
        message = _("At most %(most)s of the shipping can go back.") % {"most": format_money(most, order.currency)}
        raise InvalidInput(message, field="shipping")


def open_refund(
    order: Order,
    payment: Payment,
    *,
    amount: Decimal,
    reason: str,
    actor_id: int | None = None,
    tells_customer: bool = True,
) -> Refund:
    """A step, with the order locked: reserve `amount` of a payment for giving back and queue it.

    The customer gets a mail once it is back, unless `tells_customer` is false because another mail says so.
    """
    about: dict[str, Any] = {"reason": reason[:200], "actor_id": actor_id, "tells_customer": tells_customer}
    refund = Refund.objects.create(order=order, payment=payment, amount=amount, **about)
    process_refund.enqueue(refund_id=refund.pk)
    return refund


def open_refunds(
    order: Order,
    *,
    amount: Decimal,
    reason: str,
    actor_id: int | None = None,
    tells_customer: bool = True,
    explain: Callable[[Refund], None] | None = None,
) -> list[Refund]:
    """A step, with the order locked: spread `amount` over the order's payments, oldest first.

    `explain` writes on the first of them what they all are for.
    """
    about: dict[str, Any] = {"reason": reason, "actor_id": actor_id, "tells_customer": tells_customer}
    refunds = [open_refund(order, payment, amount=share, **about) for payment, share in shares_of(order, amount)]
    if explain is not None:
        explain(refunds[0])
    return refunds


def shares_of(order: Order, amount: Decimal) -> list[tuple[Payment, Decimal]]:
    """How `amount` falls on the order's payments, oldest first; no more of each than is left of it."""
    shares: list[tuple[Payment, Decimal]] = []
    left = amount
    for payment in order.payments.filter(state=PaymentState.CAPTURED).order_by("id"):
        share = min(left, payment.captured - payment.refunded - _pending(payment))
        if share > 0:
            shares.append((payment, share))
            left -= share
    return shares


def book_refunds_made_elsewhere(order: Order, payment: Payment, *, refunded: Decimal) -> Decimal:
    """A step, with the order locked: the gateway has paid back `refunded` in all; book what we did not ask for.

    Returns how much that was.
    Refunds of ours that are still under way are taken to be among them.
    """
    on_cards = _sum_of(payment, state=RefundState.SUCCEEDED, to_gift_card=True)
    tell_excess_step(order, payment, excess=refunded + on_cards - payment.captured)
    long_settled = timezone.now() - SETTLED_FOR_CERTAIN
    by_gateway = _sum_of(payment, state=RefundState.SUCCEEDED, to_gift_card=False, settled_at__lt=long_settled)
    tell_missing_step(order, payment, missing=by_gateway - refunded)
    more = min(refunded + on_cards, payment.captured) - payment.refunded - _pending(payment)
    if more <= ZERO:
        return ZERO
    reason = str(_("Paid back at the gateway, not here"))
    refund = Refund.objects.create(
        order=order,
        payment=payment,
        amount=more,
        reason=reason,
        state=RefundState.SUCCEEDED,
        settled_at=timezone.now(),
    )
    book_step(order, refund)
    amount = format_money(more, order.currency)
    queue_staff_alert(order, str(_("%(amount)s were paid back at the gateway, not here") % {"amount": amount}))
    return more


@shop_task
def process_refund(refund_id: int) -> None:
    """Ask the gateway for a refund and store what it said; asking again with the same key is harmless."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state != RefundState.PENDING or refund.payment is None:
        return
    payment = refund.payment
    gateway = gateway_by_code(payment.gateway)
    result = gateway.refund(
        RefundRequest(
            key=refund.gateway_key,
            reference=payment.gateway_reference or "",
            amount=refund.amount,
            currency=payment.currency,
        )
    )
    now = None if result.succeeded else _back_at(gateway, payment)
    run_in_transaction(lambda: _settle(refund_id, result, now))


def _back_at(gateway: Gateway, payment: Payment) -> Decimal | None:
    """A refused refund: perhaps a part went back by another hand, and only the rest is left to ask for."""
    try:
        return gateway.fetch(payment.gateway_reference or "").refunded
    except InvalidInput:
        return None


def _settle(refund_id: int, result: RefundResult, back_at_gateway: Decimal | None) -> None:
    order_id = Refund.objects.values_list("order_id", flat=True).get(pk=refund_id)
    order = lock_order(order_id)
    refund = order.refunds.select_for_update().get(pk=refund_id)
    if refund.state != RefundState.PENDING:
        return
    refund.state = RefundState.SUCCEEDED if result.succeeded else RefundState.FAILED
    refund.gateway_reference = result.reference or None
    refund.error_message = str(result.error_message)[:300]
    refund.settled_at = timezone.now()
    refund.save()
    if result.succeeded:
        book_step(order, refund)
    elif not _ask_for_the_rest(order, refund, back_at_gateway):
        _shout(order, refund)


def _ask_for_the_rest(order: Order, refund: Refund, back_at_gateway: Decimal | None) -> bool:
    """Whether the gateway refused because a part is back already: that is booked, and the rest asked for anew."""
    payment = refund.payment
    if payment is None or back_at_gateway is None:
        return False
    booked = book_refunds_made_elsewhere(order, payment, refunded=back_at_gateway)
    left = min(refund.amount - booked, payment.captured - payment.refunded - _pending(payment))
    if booked > ZERO and left > ZERO:
        about: dict[str, Any] = {"reason": refund.reason, "actor_id": refund.actor_id}
        anew = open_refund(order, payment, amount=left, tells_customer=refund.tells_customer, **about)
        # What of it is for the delivery must not be given back a second time.
        anew.shipping_amount = min(refund.shipping_amount, left)
        anew.save(update_fields=["shipping_amount"])
    return booked > ZERO


def _shout(order: Order, refund: Refund) -> None:
    """The customer waits for money: somebody has to look. The amount can be refunded again."""
    words = {"amount": format_money(refund.amount, order.currency), "why": refund.error_message or "—"}
    what = str(_("A refund of %(amount)s failed: %(why)s") % words)
    write_event(order, Note(kind="refund_failed", message=what, data={"amount": str(refund.amount)}))
    queue_staff_alert(order, what)


def book_step(order: Order, refund: Refund) -> None:
    """A step, with the order locked: money went back; payment, order and timeline follow."""
    payment = refund.payment
    if payment is not None:
        payment.refunded += refund.amount
        payment.save(update_fields=["refunded"])
    order.refunded += refund.amount
    whole = order.refunded >= order.captured
    order.payment_status = _status_after(order, whole=whole)
    order.updated_at = timezone.now()
    order.save(update_fields=["refunded", "payment_status", "updated_at"])
    amount = format_money(refund.amount, order.currency)
    said = _("%(amount)s refunded as a gift card") if refund.to_gift_card else _("%(amount)s refunded")
    note = Note(
        kind="refunded",
        message=said % {"amount": amount},
        is_public=True,
        actor_id=refund.actor_id,
        data={"amount": str(refund.amount)},
    )
    if whole and can_move(order, OrderStatus.REFUNDED):
        uncommit_rest(order, actor_id=refund.actor_id)
        move(order, OrderStatus.REFUNDED, note)
    else:
        write_event(order, note)
    credit_step(order)
    queue_refunded(refund)
    emit_order(order, "order.refunded", refund={"id": refund.public_id, "amount": str(refund.amount)})


def _pending(payment: Payment) -> Decimal:
    return _sum_of(payment, state=RefundState.PENDING)


def _sum_of(payment: Payment, **which: Any) -> Decimal:
    found: Decimal = payment.refunds.filter(**which).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return found


def _status_after(order: Order, *, whole: bool) -> PaymentStatus:
    """Paid still, where only a surplus went back; waiting still for the rest, where only a part had come."""
    alive = order.status not in {OrderStatus.CANCELLED, OrderStatus.REFUNDED}
    ends = whole and can_move(order, OrderStatus.REFUNDED)
    if alive and not ends and order.payment_status in WAITING:
        return PaymentStatus(order.payment_status)
    if alive and not whole and order.captured - order.refunded >= order.total:
        return PaymentStatus.PAID
    return PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
