"""Taking stock's protection away, in a test's own database, to see that it is what protects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar
from unittest.mock import patch

from django.db import connection
from django.db.models import Q

from catalog.models import Stock
from shop.testing.concurrency import Meeting

T = TypeVar("T")

LOCKING_MODULES = ("catalog.services.stock", "catalog.services.holds", "catalog.services.commitments")
UNIT_USERS = ("shop.common.unit", "catalog.services.holds", "carts.services.hold_lines")


@contextmanager
def without_stock_protection(people: int) -> Iterator[None]:
    """Read, then write: no locks, no condition in the UPDATE, no CHECK; on SQLite no transaction either.

    The first `people` have all read before any of them writes.
    Needs real transactions. Counters are nought afterwards, so that the CHECKs can come back.
    """
    with ExitStack() as undone:
        undone.enter_context(without_checks())
        undone.enter_context(without_guard())
        read = reading_together(people)
        for module in LOCKING_MODULES:
            undone.enter_context(patch(f"{module}.lock_stock", read))
        if connection.vendor == "sqlite":
            # Its one writer at a time would protect as well.
            for module in UNIT_USERS:
                undone.enter_context(patch(f"{module}.run_in_transaction", at_once))
        yield


@contextmanager
def without_guard() -> Iterator[None]:
    """The same code with the condition of its UPDATE always true."""
    with patch("catalog.services.stock.enough_for", lambda units: ~Q(pk__in=[])):
        yield


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


def reading_together(people: int) -> Callable[[Iterable[int]], dict[int, Stock]]:
    everybody = Meeting(people)

    def read(variant_ids: Iterable[int]) -> dict[int, Stock]:
        rows = {row.variant_id: row for row in Stock.objects.filter(pk__in=set(variant_ids))}
        everybody.arrive()
        return rows

    return read


def at_once(work: Callable[[], T], **_: Any) -> T:
    return work()
