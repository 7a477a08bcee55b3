"""Staff give money back."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.models import Order, Refund
from orders.services.refund_to_card import refund_to_card_step
from orders.services.refunds import open_refunds, refundable
from orders.services.transitions import lock_order
from shop.common.errors import InvalidInput
from shop.common.money import ZERO, format_money, is_whole
from shop.common.unit import transactional


@transactional
def refund_order(
    *,
    order_id: int,
    amount: Decimal | None = None,
    reason: str = "",
    actor_id: int | None = None,
    to_gift_card: bool = False,
) -> list[Refund]:
    """Give `amount` (in the order's currency; None for all that is left) back by the way it came.

    The gateway is asked by the worker after the commit. With `to_gift_card` the customer gets a new gift card
    instead, at once. Raises InvalidInput for more than there is.
    """
    return refund_step(order_id=order_id, amount=amount, reason=reason, actor_id=actor_id, to_gift_card=to_gift_card)


def refund_step(
    *,
    order_id: int,
    amount: Decimal | None = None,
    reason: str = "",
    actor_id: int | None = None,
    to_gift_card: bool = False,
) -> list[Refund]:
    """A step: what `refund_order` does, inside a unit."""
    order = lock_order(order_id)
    wanted = _checked(order, amount)
    if to_gift_card:
        return refund_to_card_step(order, amount=wanted, reason=reason, actor_id=actor_id)
    return open_refunds(order, amount=wanted, reason=reason, actor_id=actor_id)


def _checked(order: Order, amount: Decimal | None) -> Decimal:
    most = refundable(order)
    wanted = most if amount is None else amount
    if wanted <= ZERO or wanted > most or not is_whole(wanted, order.currency):
        raise InvalidInput(
            _("Between nothing and %(most)s can be refunded.") % {"most": format_money(most, order.currency)},
            field="amount",
        )
    return wanted
