"""Staff give money back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import partial

from django.utils.translation import gettext_lazy as _

from orders.models import Order, Refund
from orders.services.refund_to_card import refund_to_card_step
from orders.services.refunds import check_shipping, open_refunds, refundable
from orders.services.transitions import lock_order
from shop.common.errors import InvalidInput
from shop.common.money import ZERO, format_money, is_whole
from shop.common.unit import run_in_transaction


@dataclass(frozen=True, kw_only=True)
class GiveBack:
    """`amount` in the order's currency; None for all that is left. `shipping` says how much of it is for the delivery.

    By the way the money came or, with `to_gift_card`, as a new card.
    """

    order_id: int
    amount: Decimal | None = None
    shipping: Decimal = ZERO
    reason: str = ""
    actor_id: int | None = None
    to_gift_card: bool = False


def refund_order(asked: GiveBack) -> list[Refund]:
    """Give money back. The gateway is asked by the worker after the commit; a card is there at once.

    Raises InvalidInput for more than there is.
    """
    return run_in_transaction(lambda: refund_step(asked))


def refund_step(asked: GiveBack) -> list[Refund]:
    """A step: what `refund_order` does, inside a unit."""
    order = lock_order(asked.order_id)
    wanted = _checked(order, asked.amount)
    if asked.shipping:
        check_shipping(order, asked.shipping, within=wanted)
    give = refund_to_card_step if asked.to_gift_card else open_refunds
    explain = partial(_explain, shipping=asked.shipping)
    return give(order, amount=wanted, reason=asked.reason, actor_id=asked.actor_id, explain=explain)


def _explain(refund: Refund, *, shipping: Decimal) -> None:
    if shipping:
        refund.shipping_amount = shipping
        refund.save(update_fields=["shipping_amount"])


def _checked(order: Order, amount: Decimal | None) -> Decimal:
    most = refundable(order)
    wanted = most if amount is None else amount
    if wanted <= ZERO or wanted > most or not is_whole(wanted, order.currency):
        raise InvalidInput(
            _("Between nothing and %(most)s can be refunded.") % {"most": format_money(most, order.currency)},
            field="amount",
        )
    return wanted
