"""The payment of a past order, and what went back."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext as _

from orders.demo.past_orders import Fate, PastOrder
from orders.gateways.registry import gateway_of
from orders.models import Order, Payment, PaymentState, PaymentStatus, Refund, RefundState
from orders.services.past_rows import PastRows
from shop.common.ids import new_public_id
from shop.common.money import ZERO, format_money, round_money

REASONS = {
    Fate.CANCELLED: "cancelled",
    Fate.RETURNED: "returned",
    Fate.PARTLY_REFUNDED: "A corner of the parcel was dented",
}
DAMAGE_SHARE = Decimal("0.15")


def write_money(rows: PastRows, past: PastOrder) -> None:
    """A step: the order's payment and refund, where there were any, and its payment status."""
    order, moments = rows.order, rows.moments
    if moments.paid is None:
        _waiting(rows, past)
        return
    payment = _payment(rows, moments.paid)
    back = _goes_back(order, past.fate)
    if moments.refunded and back:
        _refund(rows, payment, back, REASONS[past.fate])
    order.captured, order.refunded = order.total, payment.refunded
    order.payment_status = _status(order)
    order.save(update_fields=["captured", "refunded", "payment_status"])
    amount = format_money(order.total, order.currency)
    rows.tell(moments.paid, "paid", _("%(amount)s paid") % {"amount": amount})


def _waiting(rows: PastRows, past: PastOrder) -> None:
    """Nothing came yet. A transfer is a payment that was begun."""
    order, state = rows.order, PaymentState.PROCESSING
    if past.fate == Fate.EXPIRED:
        state = PaymentState.VOIDED
    if past.payment == "transfer":
        key = new_public_id()
        Payment.objects.create(
            order=order,
            gateway=gateway_of(past.payment).code,
            state=state,
            amount=order.total,
            currency=order.currency,
            gateway_reference=key,
            gateway_key=key,
            created_at=order.placed_at,
            updated_at=order.updated_at,
        )


def _payment(rows: PastRows, paid: datetime) -> Payment:
    order, key = rows.order, new_public_id()
    seconds = int(order.placed_at.timestamp())
    is_card = order.payment_method == "test"
    return Payment.objects.create(
        order=order,
        gateway=gateway_of(order.payment_method).code,
        state=PaymentState.CAPTURED,
        amount=order.total,
        captured=order.total,
        currency=order.currency,
        gateway_reference=f"succeed.{order.total}.{seconds}.{key}" if is_card else key,
        gateway_key=key,
        created_at=order.placed_at,
        updated_at=paid,
        checked_at=paid,
    )


def _goes_back(order: Order, fate: Fate) -> Decimal:
    """All of it, or something for the damage."""
    if fate == Fate.PARTLY_REFUNDED:
        return round_money(order.subtotal * DAMAGE_SHARE, order.currency)
    return order.total if fate in REASONS else ZERO


def _refund(rows: PastRows, payment: Payment, amount: Decimal, reason: str) -> None:
    order, at = rows.order, rows.moments.refunded
    payment.refunded = amount
    payment.save(update_fields=["refunded"])
    refund = Refund(
        order=order,
        payment=payment,
        state=RefundState.SUCCEEDED,
        amount=amount,
        reason=reason,
        settled_at=at,
    )
    refund.gateway_reference = f"refund.{refund.gateway_key}"
    if at is not None:
        refund.created_at = at
    refund.save()
    message = _("%(amount)s refunded") % {"amount": format_money(amount, order.currency)}
    rows.tell(at, "refunded", message, data={"amount": str(amount)})


def _status(order: Order) -> PaymentStatus:
    if not order.refunded:
        return PaymentStatus.PAID
    return PaymentStatus.REFUNDED if order.refunded == order.captured else PaymentStatus.PARTIALLY_REFUNDED
