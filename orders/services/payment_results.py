"""What a gateway said, applied to the order: once, under the order's lock, whatever the order of arrival."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import GatewayResult, GatewayUnreachable
from orders.gateways.registry import gateway_by_code
from orders.models import Order, OrderStatus, Payment, PaymentState, PaymentStatus
from orders.services.events import emit_order
from orders.services.mails import queue_confirmation, queue_staff_alert
from orders.services.payable import is_payable
from orders.services.refunds import book_refunds_made_elsewhere, open_refund
from orders.services.transitions import Note, can_move, lock_order, move, write_event
from shop.common.money import ZERO, format_money
from shop.common.unit import transactional
from shop.tasks.queue import shop_task

# So long a bank keeps its promise: staff take the money before, or the order ends.
AUTHORISED_FOR = timedelta(days=6)
OPEN_STATES = (
    PaymentState.PENDING,
    PaymentState.REQUIRES_ACTION,
    PaymentState.PROCESSING,
    PaymentState.AUTHORISED,
)
PAYABLE_STILL = (PaymentState.REQUIRES_ACTION, PaymentState.AUTHORISED)
# A payment that has reached one of these is not moved by late or repeated messages.
FINAL = frozenset({PaymentState.CAPTURED, PaymentState.FAILED, PaymentState.VOIDED})
# Of two that ask the gateway at once the slower one may come with the older answer: an open payment never goes back.
FARTHEST = 3
HOW_FAR = {
    PaymentState.PENDING: 0,
    PaymentState.REQUIRES_ACTION: 1,
    PaymentState.PROCESSING: 1,
    PaymentState.AUTHORISED: 2,
}


@transactional
def apply_result(*, payment_id: int, result: GatewayResult, then: Callable[[Payment], None] | None = None) -> Payment:
    """Store how a payment stands and let the order follow. Repeats and stale messages change nothing.

    `then` is done with the payment in the same unit.
    """
    payment = apply_step(payment_id, result)
    if then is not None:
        then(payment)
    return payment


def apply_step(payment_id: int, result: GatewayResult) -> Payment:
    """A step: what `apply_result` does, inside a unit."""
    order_id = Payment.objects.values_list("order_id", flat=True).get(pk=payment_id)
    order = lock_order(order_id)
    payment = order.payments.select_for_update().get(pk=payment_id)
    if _is_news(payment, result):
        _follow(order, payment, result)
    if result.refunded is not None and payment.state == PaymentState.CAPTURED:
        book_refunds_made_elsewhere(order, payment, refunded=result.refunded)
    return payment


def _follow(order: Order, payment: Payment, result: GatewayResult) -> None:
    before = payment.state
    _store(payment, result)
    if result.state == PaymentState.CAPTURED:
        _captured(order, payment)
    elif result.state == PaymentState.AUTHORISED:
        _authorised(order, payment, is_new=before != PaymentState.AUTHORISED)
    elif result.state == PaymentState.FAILED and before != PaymentState.FAILED:
        _failed(order, payment)
    elif result.state == PaymentState.VOIDED and before == PaymentState.AUTHORISED:
        _promise_ended(order)


def _is_news(payment: Payment, result: GatewayResult) -> bool:
    """Money that arrives is always news, once; nothing else moves a payment that is final."""
    if payment.state == PaymentState.CAPTURED:
        return False
    if result.state == PaymentState.CAPTURED:
        return True
    if payment.gateway_reference and result.error_code == GatewayUnreachable.code:
        return False  # nobody answered when that was written; by now somebody has
    return payment.state not in FINAL and HOW_FAR.get(result.state, FARTHEST) >= HOW_FAR[PaymentState(payment.state)]


def _store(payment: Payment, result: GatewayResult) -> None:
    payment.state = result.state
    payment.gateway_reference = result.reference or payment.gateway_reference
    payment.captured = result.captured
    payment.next_action = result.next_action
    payment.error_code = result.error_code
    payment.error_message = str(result.error_message)[:300]
    payment.updated_at = payment.checked_at = timezone.now()
    payment.save()


def _captured(order: Order, payment: Payment) -> None:
    """Money is here. It belongs to the order if the order still wants it, else it goes back."""
    order.captured += payment.captured
    order.save(update_fields=["captured"])
    paid = format_money(payment.captured, order.currency)
    if not _wants_money(order, payment.captured):
        _give_back(order, payment, paid)
        return
    note = Note(kind="paid", message=_("%(amount)s paid") % {"amount": paid}, is_public=True)
    if order.captured - order.refunded < order.total:
        _paid_in_part(order, payment, note)
        return
    _set_payment_status(order, PaymentStatus.PAID)
    _let_go_of_others(order, payment)
    if can_move(order, OrderStatus.PAID):
        move(order, OrderStatus.PAID, note)
        queue_confirmation(order)
    else:
        write_event(order, note)
        emit_order(order, "order.paid")


def _let_go_of_others(order: Order, payment: Payment) -> None:
    """Pages that are still open in another tab take nothing for an order that is paid."""
    for other in order.payments.filter(state__in=PAYABLE_STILL).exclude(pk=payment.pk):
        void_payment.enqueue(payment_id=other.pk)


def _wants_money(order: Order, amount: Decimal) -> bool:
    """An open order that is not paid twice by this."""
    open_still = order.status not in {OrderStatus.CANCELLED, OrderStatus.REFUNDED}
    return open_still and order.captured - order.refunded <= order.total and amount > ZERO


def _paid_in_part(order: Order, payment: Payment, note: Note) -> None:
    """Less is here than the order costs. Where that was all that was asked for, the rest comes another way."""
    write_event(order, note)
    if order.payment_status == PaymentStatus.AUTHORISED:
        # The promise is used up: the rest has to come some other way.
        _set_payment_status(order, PaymentStatus.UNPAID)
    if payment.captured >= payment.amount:
        return
    queue_staff_alert(order, str(_("Only a part was paid: %(note)s") % {"note": note.message}))


def _give_back(order: Order, payment: Payment, paid: str) -> None:
    """An order that is gone, or paid twice: the money goes back, and staff hear of it."""
    why = _("%(amount)s arrived for an order that did not want it; it is being paid back") % {"amount": paid}
    write_event(order, Note(kind="unwanted_payment", message=why))
    open_refund(order, payment, amount=payment.captured, reason=str(why))
    queue_staff_alert(order, str(why))


def _authorised(order: Order, payment: Payment, *, is_new: bool) -> None:
    """The money is promised: the order waits for staff to take it. One that is gone or paid lets it go."""
    if not is_payable(order) and order.payment_status != PaymentStatus.AUTHORISED:
        void_payment.enqueue(payment_id=payment.pk)
        return
    if not is_new:
        return
    others = order.payments.filter(state=PaymentState.AUTHORISED).exclude(pk=payment.pk)
    if others.exists():
        void_payment.enqueue(payment_id=payment.pk)
        return
    order.pay_by = timezone.now() + AUTHORISED_FOR
    order.save(update_fields=["pay_by"])
    _set_payment_status(order, PaymentStatus.AUTHORISED)
    amount = format_money(payment.amount, order.currency)
    write_event(order, Note(kind="authorised", message=_("%(amount)s authorised") % {"amount": amount}))
    queue_confirmation(order)


def _promise_ended(order: Order) -> None:
    """The bank took its promise back before the money was taken: the order is to be paid again."""
    if order.status == OrderStatus.PENDING and order.payment_status == PaymentStatus.AUTHORISED:
        _set_payment_status(order, PaymentStatus.FAILED)
        what = _("The authorised payment was let go of: the order is unpaid again")
        write_event(order, Note(kind="authorisation_ended", message=what))
        queue_staff_alert(order, str(what))


@shop_task
def void_payment(payment_id: int) -> None:
    """Tell the gateway to let go of a payment. If the money has come after all, it says so, and it goes back."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.state in OPEN_STATES and payment.gateway_reference:
        result = gateway_by_code(payment.gateway).void(payment.gateway_reference)
        apply_result(payment_id=payment_id, result=result)


def _failed(order: Order, payment: Payment) -> None:
    if order.payment_status == PaymentStatus.UNPAID and order.status != OrderStatus.CANCELLED:
        _set_payment_status(order, PaymentStatus.FAILED)
    write_event(
        order,
        Note(kind="payment_failed", message=_("A payment did not go through"), data={"code": payment.error_code}),
    )


def _set_payment_status(order: Order, status: PaymentStatus) -> None:
    order.payment_status = status
    order.updated_at = timezone.now()
    order.save(update_fields=["payment_status", "updated_at"])
