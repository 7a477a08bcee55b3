"""Paying an order: a row first, then the gateway, then its answer. Never a gateway inside a transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.base import GatewayResult, GatewayUnreachable, PaymentMethod, PaymentRequest
from orders.gateways.manual.gateway import ManualGateway
from orders.gateways.registry import active_method, gateway_by_code, gateway_of, has_hosted_page
from orders.models import Order, Payment, PaymentState
from orders.services.check_payment import check_soon, how_it_stands
from orders.services.choose_payment import switch_method
from orders.services.payable import UNANSWERED, NotPayable, PaymentInProgress, check_payable
from orders.services.payment_answer import PaymentDeclined, finish, unless_declined
from orders.services.payment_results import FINAL, apply_step
from orders.services.transitions import Note, lock_order, write_event
from orders.services.void_payment import let_go_of_payments
from shop.api.idempotency import InProgress, Once
from shop.common.ids import new_public_id
from shop.common.unit import run_in_transaction, transactional

__all__ = [
    "NotPayable",
    "PayOrder",
    "PaymentDeclined",
    "PaymentInProgress",
    "confirm_payment",
    "look_at_payment",
    "mark_paid",
    "pay_order",
]

GATEWAY_KEY = "payment"
# The order does not run out of time while its customer is paying.
TIME_TO_PAY = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class PayOrder:
    """How an order is to be paid. `token` is what the payment page collected (a test card's number).

    `return_url` is where a gateway with a page of its own sends the shopper back to.
    """

    order_id: int
    method: str = ""
    token: str = ""
    return_url: str = ""


def pay_order(pay: PayOrder, *, once: Once[Payment] | None = None) -> Payment:
    """Pay an order and return the payment: captured, waiting for the customer, or waiting for the bank.

    Two units with the gateway between them; with `once` the first takes its key and the second stores its
    answer. Raises NotPayable, PaymentInProgress, PaymentDeclined; AlreadyAnswered, KeyReused, InProgress. When
    the gateway does not answer, the payment stays open and is asked about until it does.
    """
    try:
        payment = run_in_transaction(lambda: _open_payment(pay, once), carries_idempotency=once is not None)
    except InProgress:
        payment = run_in_transaction(lambda: _take_over(pay, once))
        if payment.state != PaymentState.PENDING:
            return _answer_as_it_stands(payment, once)
    return _ask_for_money(payment, pay, once)


def confirm_payment(*, payment: Payment, approved: bool) -> Payment:
    """The shopper answered the bank's question. Raises PaymentDeclined, NotPayable when nothing is asked.

    When the gateway does not answer, the payment waits for the bank and is asked about until it does.
    """
    run_in_transaction(lambda: _check_asked(payment))
    reference = payment.gateway_reference or ""
    try:
        result = gateway_by_code(payment.gateway).confirm(reference, approved=approved)
    except GatewayUnreachable:
        result = GatewayResult(state=PaymentState.PROCESSING, reference=reference)
    return finish(payment, result)


def look_at_payment(*, payment: Payment) -> Payment:
    """The shopper comes back from the gateway: ask how the payment stands. As it was when nobody answers.

    Raises PaymentDeclined.
    """
    if payment.state in FINAL or not payment.gateway_reference:
        return payment
    return finish(payment, how_it_stands(payment, checks_left=1))


@transactional
def mark_paid(*, order_id: int, actor_id: int | None = None) -> Payment:
    """Staff saw the whole sum of an order arrive by hand. Raises NotPayable, PaymentInProgress.

    It is booked with the manual gateway, whatever the order was to be paid with: a card's gateway could
    not give it back.
    """
    order = lock_order(order_id)
    check_payable(order)
    payment = _awaited(order) or _new_payment(order, gateway=ManualGateway.code)
    write_event(order, Note(kind="payment_recorded", message=_("Payment recorded by hand"), actor_id=actor_id))
    result = GatewayResult(state=PaymentState.CAPTURED, reference=payment.gateway_key, captured=payment.amount)
    return apply_step(payment.pk, result)


def _open_payment(pay: PayOrder, once: Once[Payment] | None = None) -> Payment:
    """The first unit: a payment row, before anybody is asked for money."""
    if once is not None:
        once.begin()
    order = lock_order(pay.order_id)
    check_payable(order)
    method = active_method(pay.method or order.payment_method)
    switch_method(order, method)
    _allow_time(order, method)
    let_go_of_payments(order, states=[PaymentState.REQUIRES_ACTION])
    gateway = gateway_of(method.code).code
    return _open_already(order, gateway, once) or _new_payment(order, gateway=gateway, once=once)


def _open_already(order: Order, gateway: str, once: Once[Payment] | None) -> Payment | None:
    """The announced transfer; or a start whose answer was lost, where no money moves before the shopper does.

    The gateway knows its key: asking again starts nothing twice. A caller with a key of its own waits instead. After
    a minute it is a new payment: a gateway may keep its own failure as the answer to a key.
    """
    if gateway == ManualGateway.code:
        return _awaited(order)
    if not has_hosted_page(gateway):
        return None
    young = order.payments.filter(
        gateway=gateway, state=PaymentState.PENDING, created_at__gt=timezone.now() - UNANSWERED
    )
    payment = young.filter(amount=order.to_pay).last()
    if payment is not None and once is not None:
        raise PaymentInProgress
    return payment


def _take_over(pay: PayOrder, once: Once[Payment] | None) -> Payment:
    """The payment of a first request with this key that died. Raises InProgress while that may live.

    Whoever takes it over asks the gateway once more, with the key it knows: it charges nothing twice.
    """
    order = lock_order(pay.order_id)
    payment = order.payments.filter(gateway_key=once.derived_key(GATEWAY_KEY)).first() if once else None
    if payment is None:
        raise InProgress
    if payment.state != PaymentState.PENDING:
        return payment
    if payment.updated_at > timezone.now() - UNANSWERED:
        raise InProgress
    check_payable(order)
    payment.updated_at = timezone.now()
    payment.save(update_fields=["updated_at"])
    return payment


def _ask_for_money(payment: Payment, pay: PayOrder, once: Once[Payment] | None) -> Payment:
    try:
        result = gateway_by_code(payment.gateway).start(_request(payment, pay))
    except GatewayUnreachable:
        check_soon(payment)
        return _answer_as_it_stands(payment, once)
    return finish(payment, result, once)


def _allow_time(order: Order, method: PaymentMethod) -> None:
    """A little longer than the order had, but not by trying for ever."""
    if order.pay_by is None or method.pay_within is None:
        return
    latest = order.placed_at + 2 * method.pay_within
    pay_by = max(order.pay_by, min(timezone.now() + TIME_TO_PAY, latest))
    if pay_by != order.pay_by:
        order.pay_by = pay_by
        order.save(update_fields=["pay_by"])


def _awaited(order: Order) -> Payment | None:
    """The transfer, or the money at the door, that the customer announced."""
    return order.payments.filter(gateway=ManualGateway.code, state=PaymentState.PROCESSING).last()


def _new_payment(order: Order, *, gateway: str, once: Once[Payment] | None = None) -> Payment:
    key = once.derived_key(GATEWAY_KEY) if once is not None else new_public_id()
    return Payment.objects.create(
        order=order, gateway=gateway, amount=order.to_pay, currency=order.currency, gateway_key=key
    )


def _request(payment: Payment, pay: PayOrder) -> PaymentRequest:
    return PaymentRequest(
        key=payment.gateway_key,
        order_number=payment.order.number,
        amount=payment.amount,
        currency=payment.currency,
        started_at=payment.created_at,
        token=pay.token,
        return_url=pay.return_url or _back(payment),
    )


def _back(payment: Payment) -> str:
    return f"{settings.SHOP_URL}{reverse('orders:pay_back', args=[payment.order.number])}"


def _check_asked(payment: Payment) -> None:
    order = lock_order(payment.order_id)
    payment.refresh_from_db()
    if payment.state != PaymentState.REQUIRES_ACTION:
        raise NotPayable
    check_payable(order)


def _answer_as_it_stands(payment: Payment, once: Once[Payment] | None) -> Payment:
    """The second unit where there is nothing new to store of the payment."""
    if once is not None:
        run_in_transaction(lambda: once.finish(payment))
    return unless_declined(payment)
