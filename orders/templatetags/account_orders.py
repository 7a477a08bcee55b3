"""What the account's overview shows of orders; accounts cannot know of them."""

from __future__ import annotations

from typing import Any

from django import template

from accounts.models import User
from orders.selectors.orders import Viewer, order_list, orders_of

register = template.Library()

RECENT = 3


@register.inclusion_tag("orders/recent.html")
def recent_orders(user: User) -> dict[str, Any]:
    """The last three, with pictures."""
    return {"orders": order_list(orders_of(Viewer(user_id=user.pk)))[:RECENT]}
