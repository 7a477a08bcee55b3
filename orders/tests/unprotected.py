"""The controls of races: the same services without the lock on the order. What then goes wrong proves the lock."""

from __future__ import annotations

import copy
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any
from unittest.mock import patch

from django.db import connection

from orders.models import Order
from shop.testing.concurrency import Meeting

VERBS = ("cancel_order", "pay", "payment_results", "refund_order", "refunds", "ship_order")


@contextmanager
def without_order_lock(parties: int) -> Iterator[None]:
    """All `parties` read the order, unlocked, before any of them goes on, and go by what they read.

    On SQLite the transaction itself is the lock, so it has to go as well.
    """
    everybody, seen = Meeting(parties), dict[tuple[int, int], Order]()

    def read(order_id: int) -> Order:
        mine = (threading.get_ident(), order_id)
        if mine not in seen:  # not again when the database asks for a retry
            seen[mine] = Order.objects.get(pk=order_id)
            everybody.arrive()
        return copy.copy(seen[mine])

    with ExitStack() as stack:
        for verb in VERBS:
            stack.enter_context(patch(f"orders.services.{verb}.lock_order", read))
        if connection.vendor == "sqlite":
            stack.enter_context(patch("shop.common.unit.run_in_transaction", _just_run))
            stack.enter_context(patch("orders.services.refund_order.run_in_transaction", _just_run))
        yield


def _just_run(work: Callable[[], Any], **_: Any) -> Any:
    return work()
