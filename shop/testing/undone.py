"""Many tries on one database: what a try wrote is gone before the next begins.

with undone():
    order = OrderFactory()
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction


@contextmanager
def undone() -> Iterator[None]:
    """What happens inside is rolled back, so that the next example begins as this one did."""
    example = transaction.atomic()
    example._from_testcase = True  # type: ignore[attr-defined]  # noqa: SLF001 - as Django's tests mark theirs
    with example:
        yield
        transaction.set_rollback(True)
