"""Looking at stock in tests, and taking its protection away to see that it is what protects."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.db import connection
from django.db.models import Q

from carts.tests.factories import counters
from catalog.models import Stock
from catalog.services import stock as stock_service
from orders.services.check_stock import check_stock

__all__ = ["assert_stock_agrees", "counters", "without_checks", "without_guard"]


def assert_stock_agrees() -> None:
    """Counters, ledger, holds and orders tell the same story."""
    assert check_stock().problems == ()


@contextmanager
def without_checks() -> Iterator[None]:
    """The test's own database without the CHECKs of stock. Needs real transactions; stock is zero afterwards."""
    checks = Stock._meta.constraints
    with patch.object(Stock._meta, "constraints", []), connection.schema_editor() as editor:
        for check in checks:
            editor.remove_constraint(Stock, check)
    try:
        yield
    finally:
        Stock.objects.update(on_hand=0, held=0, committed=0)
        with connection.schema_editor() as editor:
            for check in checks:
                editor.add_constraint(Stock, check)


@contextmanager
def without_guard() -> Iterator[None]:
    """The same code with the condition of its UPDATE always true."""
    with patch.object(stock_service, "enough_for", lambda units: ~Q(pk__in=[])):
        yield
