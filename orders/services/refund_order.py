"""Staff give money back."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from orders.models import Refund
from orders.services.refunds import open_refunds, refundable
from orders.services.transitions import lock_order
from shop.common.errors import InvalidInput
from shop.common.money import ZERO, format_money, is_whole
from shop.common.unit import transactional


@transactional
def refund_order(
    *, order_id: int, amount: Decimal | None = None, reason: str = "", actor_id: int | None = None
) -> list[Refund]:
    """Give `amount` (in the order's currency; None for all that is left) back by the way it came.

    The gateway is asked by the worker after the commit. Raises InvalidInput for more than there is.
    """
    return refund_step(order_id=order_id, amount=amount, reason=reason, actor_id=actor_id)


def refund_step(
    *, order_id: int, amount: Decimal | None = None, reason: str = "", actor_id: int | None = None
) -> list[Refund]:
    """A step: what `refund_order` does, inside a unit."""
    order = lock_order(order_id)
    most = refundable(order)
    wanted = most if amount is None else amount
    if wanted <= ZERO or wanted > most or not is_whole(wanted, order.currency):
        raise InvalidInput(
            _("Between nothing and %(most)s can be refunded.") % {"most": format_money(most, order.currency)},
            field="amount",
        )
    return open_refunds(order, amount=wanted, reason=reason, actor_id=actor_id)
