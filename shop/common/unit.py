"""The unit: one public verb, one transaction, retried whole when the database asks for it.

Both databases may refuse a correct transaction: InnoDB by deadlock (1213), lock wait (1205),
snapshot conflict (1020) or a node that is not ready (1047), SQLite by being busy. Nothing was
written then, so the same work is done again from its first line. So it is when two write the same
name at the same moment, or one deletes what another refers to: the second run's own check sees the
other's rows, and says what is wrong. A lost connection is different: the commit may have happened.
Only work that carries its own idempotency row may be repeated then.
"""

from __future__ import annotations

import functools
import logging
import random
import time
from collections.abc import Callable
from typing import ParamSpec, TypeVar

from django.db import DatabaseError, OperationalError, connection, transaction

P = ParamSpec("P")
T = TypeVar("T")

ATTEMPTS = 12
FIRST_PAUSE_SECONDS = 0.01
LONGEST_PAUSE_SECONDS = 0.5

REFUSED_CODES = frozenset({1020, 1047, 1205, 1213})
# A key that another has just written; a row that is just gone, or just referred to.
CROSSED_CODES = frozenset({1062, 1451, 1452})
LOST_CODES = frozenset({2002, 2006, 2013})
BUSY_MESSAGES = ("database is locked", "database table is locked", "database is busy")

logger = logging.getLogger(__name__)


def run_in_transaction(work: Callable[[], T], *, carries_idempotency: bool = False) -> T:
    """Run `work` in the outermost transaction and return its result.

    `carries_idempotency` says that `work` writes a unique row first, so that a repeat after a
    lost connection finds what the first try committed. Raises RuntimeError inside another unit
    (verbs are not nested), and the database's own error after the last attempt.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic(durable=True):
                return work()
        except DatabaseError as error:
            if attempt == ATTEMPTS or not _may_retry(error, carries_idempotency=carries_idempotency):
                raise
            logger.info("unit_retried", extra={"attempt": attempt, "error_code": error.args[:1]})
            _pause(attempt)
    raise AssertionError("unreachable: the last attempt returns or raises")


def transactional(verb: Callable[P, T]) -> Callable[P, T]:
    """Make a public service verb one unit."""

    @functools.wraps(verb)
    def unit(*args: P.args, **kwargs: P.kwargs) -> T:
        return run_in_transaction(lambda: verb(*args, **kwargs))

    return unit


def _may_retry(error: DatabaseError, *, carries_idempotency: bool) -> bool:
    code = error.args[0] if error.args else None
    if code in LOST_CODES and isinstance(error, OperationalError):
        connection.close()
        return carries_idempotency
    if code in REFUSED_CODES | CROSSED_CODES:
        return True
    return connection.vendor == "sqlite" and any(text in str(error) for text in BUSY_MESSAGES)


def _pause(attempt: int) -> None:
    longest = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2**attempt)
    time.sleep(random.uniform(longest / 4, longest))  # noqa: S311 - jitter, not a secret
