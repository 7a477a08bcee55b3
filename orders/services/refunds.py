"""Giving money back: taken from what may be refunded first, then asked of the gateway, then settled."""

from __future__ import annotations

from decimal import Decimal

from django.db.models import Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import RefundRequest, RefundResult
from orders.gateways.registry import gateway_by_code
from orders.models import Order, OrderStatus, Payment, PaymentState, PaymentStatus, Refund, RefundState
from orders.services.events import emit_order
from orders.services.issue_documents import credit_step
from orders.services.mails import queue_staff_alert
from orders.services.order_stock import uncommit_rest
from orders.services.transitions import Note, can_move, lock_order, move, write_event
from shop.common.money import ZERO, format_money
from shop.common.unit import run_in_transaction
from shop.tasks.queue import shop_task


def refundable(order: Order) -> Decimal:
    """What is captured and neither refunded nor on its way back."""
    pending = order.refunds.filter(state=RefundState.PENDING).aggregate(sum=Sum("amount"))["sum"] or ZERO
    return order.captured - order.refunded - pending


def open_refund(order: Order, payment: Payment, *, amount: Decimal, reason: str, actor_id: int | None = None) -> Refund:
    """A step, with the order locked: reserve `amount` of a payment for giving back and queue it."""
    refund = Refund.objects.create(order=order, payment=payment, amount=amount, reason=reason[:200], actor_id=actor_id)
    process_refund.enqueue(refund_id=refund.pk)
    return refund


def open_refunds(order: Order, *, amount: Decimal, reason: str, actor_id: int | None = None) -> list[Refund]:
    """A step, with the order locked: spread `amount` over the order's payments, oldest first."""
    refunds: list[Refund] = []
    left = amount
    for payment in order.payments.filter(state=PaymentState.CAPTURED).order_by("id"):
        pending = payment.refunds.filter(state=RefundState.PENDING).aggregate(sum=Sum("amount"))["sum"] or ZERO
        share = min(left, payment.captured - payment.refunded - pending)
        if share > 0:
            refunds.append(open_refund(order, payment, amount=share, reason=reason, actor_id=actor_id))
            left -= share
    return refunds


def book_refunds_made_elsewhere(order: Order, payment: Payment, *, refunded: Decimal) -> None:
    """A step, with the order locked: the gateway has paid back `refunded` in all; book what we did not ask for.

    Refunds of ours that are still under way are taken to be among them.
    """
    pending = payment.refunds.filter(state=RefundState.PENDING).aggregate(sum=Sum("amount"))["sum"] or ZERO
    more = min(refunded, payment.captured) - payment.refunded - pending
    if more <= ZERO:
        return
    reason = str(_("Paid back at the gateway, not here"))
    refund = Refund.objects.create(
        order=order,
        payment=payment,
        amount=more,
        reason=reason,
        state=RefundState.SUCCEEDED,
        settled_at=timezone.now(),
    )
    _book(order, refund)
    amount = format_money(more, order.currency)
    queue_staff_alert(order, str(_("%(amount)s were paid back at the gateway, not here") % {"amount": amount}))


@shop_task
def process_refund(refund_id: int) -> None:
    """Ask the gateway for a refund and store what it said; asking again with the same key is harmless."""
    refund = Refund.objects.select_related("payment").get(pk=refund_id)
    if refund.state != RefundState.PENDING or refund.payment is None:
        return
    payment = refund.payment
    result = gateway_by_code(payment.gateway).refund(
        RefundRequest(
            key=refund.gateway_key,
            reference=payment.gateway_reference or "",
            amount=refund.amount,
            currency=payment.currency,
        )
    )
    run_in_transaction(lambda: _settle(refund_id, result))


def _settle(refund_id: int, result: RefundResult) -> None:
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
        _book(order, refund)
    else:
        _shout(order, refund)


def _shout(order: Order, refund: Refund) -> None:
    """The customer waits for money: somebody has to look. The amount can be refunded again."""
    words = {"amount": format_money(refund.amount, order.currency), "why": refund.error_message or "—"}
    what = str(_("A refund of %(amount)s failed: %(why)s") % words)
    write_event(order, Note(kind="refund_failed", message=what, data={"amount": str(refund.amount)}))
    queue_staff_alert(order, what)


def _book(order: Order, refund: Refund) -> None:
    """Money went back: payment, order and timeline follow."""
    payment = refund.payment
    if payment is not None:
        payment.refunded += refund.amount
        payment.save(update_fields=["refunded"])
    order.refunded += refund.amount
    whole = order.refunded >= order.captured
    order.payment_status = PaymentStatus.REFUNDED if whole else PaymentStatus.PARTIALLY_REFUNDED
    if order.status not in {OrderStatus.CANCELLED, OrderStatus.REFUNDED} and not whole and _is_surplus(order):
        order.payment_status = PaymentStatus.PAID
    order.updated_at = timezone.now()
    order.save(update_fields=["refunded", "payment_status", "updated_at"])
    amount = format_money(refund.amount, order.currency)
    note = Note(
        kind="refunded",
        message=_("%(amount)s refunded") % {"amount": amount},
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
    emit_order(order, "order.refunded", refund={"id": refund.public_id, "amount": str(refund.amount)})


def _is_surplus(order: Order) -> bool:
    """Whether what went back was more than the order asked for: it is still paid in full."""
    return order.captured - order.refunded >= order.total
