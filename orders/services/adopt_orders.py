"""Orders placed without an account, taken into the one whose address they were placed with."""

from __future__ import annotations

from accounts.models import User
from orders.models import Order
from shop.common.unit import transactional


def adopt_step(user: User) -> int:
    """A step: how many orders are in the account now that were nobody's. Only a proved address counts."""
    if not user.is_verified or not user.is_active:
        return 0
    return Order.objects.filter(user=None, email=user.email).update(user=user)


@transactional
def adopt_orders(user: User) -> int:
    """As the step, for somebody who signs in: they may have ordered without an account meanwhile."""
    return adopt_step(user)
