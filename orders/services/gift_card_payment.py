"""Paying with a gift card, when the order is placed: a part of it, or all."""

from __future__ import annotations

from decimal import Decimal

from carts.models import GiftCard
from carts.services.gift_cards import take_step
from orders.gateways.base import GatewayResult
from orders.gateways.gift_card.gateway import GiftCardGateway
from orders.models import Order, Payment, PaymentState
from orders.services.payment_results import apply_step
from shop.common.ids import new_public_id


def pay_with_card_step(order: Order, card: GiftCard) -> None:
    """A step, in the order's own unit: take what the order costs, or what the card has, from the card.

    Raises GiftCardRefused when somebody else has used it a moment ago.
    """
    amount = card_share(card, order.total)
    key = new_public_id()
    take_step(card_id=card.pk, amount=amount, reference=order.number)
    payment = Payment.objects.create(
        order=order, gateway=GiftCardGateway.code, amount=amount, currency=order.currency, gateway_key=key
    )
    result = GatewayResult(state=PaymentState.CAPTURED, reference=f"{card.pk}.{key}", captured=amount)
    apply_step(payment.pk, result)
    order.refresh_from_db()


def card_share(card: GiftCard, total: Decimal) -> Decimal:
    return min(card.balance, total)
