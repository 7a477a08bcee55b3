"""What can be told, and to whom it is of interest."""

from __future__ import annotations

from collections.abc import Collection
from fnmatch import fnmatchcase

EVENTS = (
    "order.created",
    "order.paid",
    "order.shipped",
    "order.delivered",
    "order.cancelled",
    "order.refunded",
    "stock.low",
    "product.created",
    "product.updated",
    "product.archived",
    "customer.created",
)
# Every event, and the families of them.
SUBSCRIPTIONS = (*EVENTS, "order.*", "stock.*", "product.*", "customer.*", "*")
PING = "ping"


def wants(subscriptions: Collection[str], kind: str) -> bool:
    """Whether one of these subscriptions covers an event of this kind."""
    return any(fnmatchcase(kind, pattern) for pattern in subscriptions)
