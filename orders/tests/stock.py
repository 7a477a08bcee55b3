"""Looking at stock in tests."""

from __future__ import annotations

from carts.tests.factories import counters
from orders.services.check_stock import check_stock

__all__ = ["assert_stock_agrees", "counters"]


def assert_stock_agrees() -> None:
    """Counters, ledger, holds and orders tell the same story."""
    assert check_stock().problems == ()
