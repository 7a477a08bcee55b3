"""The controls of races: the same services without the lock on the order. What then goes wrong proves the lock."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection

from orders.models import Order

VERBS = ("cancel_order", "pay", "payment_results", "refund_order", "refunds", "ship_order")


@contextmanager
def without_order_lock(parties: int) -> Iterator[None]:
    """All `parties` read the order, unlocked, before any of them goes on.

    On SQLite the transaction itself is the lock, so it has to go as well.
    """
    everybody = threading.Barrier(parties)

    def read(order_id: int) -> Order:
        order = Order.objects.get(pk=order_id)
        everybody.wait(20)
        return order

    with ExitStack() as stack:
        for verb in VERBS:
            stack.enter_context(patch(f"orders.services.{verb}.lock_order", read))
        if connection.vendor == "sqlite":
            stack.enter_context(patch("shop.common.unit.run_in_transaction", _just_run))
            stack.enter_context(patch("orders.services.refund_order.run_in_transaction", _just_run))
        yield


def _just_run(work: Callable[[], Any], **_: Any) -> Any:
    return work()
