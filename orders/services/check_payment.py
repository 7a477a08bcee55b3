"""Asking the gateway about a payment that it had not decided."""

from __future__ import annotations

from orders.gateways.base import GatewayResult, GatewayUnreachable
from orders.gateways.registry import gateway_by_code
from orders.models import Payment, PaymentState
from orders.services.payment_results import FINAL, apply_result
from shop.tasks.queue import enqueue_in, shop_task

CHECK_AFTER_SECONDS = 6
CHECKS = 8


def check_soon(payment: Payment) -> None:
    """Ask about it in a moment."""
    enqueue_in(check_payment, seconds=CHECK_AFTER_SECONDS, payment_id=payment.pk)


@shop_task
def check_payment(payment_id: int, checks_left: int = CHECKS) -> None:
    """Ask the gateway about a payment it had not decided; again later while it has not."""
    payment = Payment.objects.get(pk=payment_id)
    if payment.state in FINAL:
        return
    payment = apply_result(payment_id=payment.pk, result=how_it_stands(payment, checks_left))
    if payment.state not in FINAL and checks_left > 0:
        pause = CHECK_AFTER_SECONDS * 2 ** (CHECKS - checks_left)
        enqueue_in(check_payment, seconds=pause, payment_id=payment_id, checks_left=checks_left - 1)


def how_it_stands(payment: Payment, checks_left: int) -> GatewayResult:
    """What the gateway knows. One that never answered a payment without a reference has not taken it."""
    if not payment.gateway_reference:
        state = PaymentState.PENDING if checks_left else PaymentState.FAILED
        return GatewayResult(state=state, error_code=GatewayUnreachable.code)
    try:
        return gateway_by_code(payment.gateway).fetch(payment.gateway_reference)
    except GatewayUnreachable:
        return GatewayResult(
            state=PaymentState(payment.state), reference=payment.gateway_reference, next_action=payment.next_action
        )
