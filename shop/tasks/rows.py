"""The rows of tasks: claiming, finishing, trying again. Every step is one conditional UPDATE that counts its rows.

A claim is known by the row's `started_at`: whoever no longer owns the row changes nothing.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from datetime import datetime, timedelta
from traceback import format_exception
from typing import Any

from django.utils import timezone
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult, get_date_max

from shop.common.unit import run_in_transaction
from shop.tasks.backend import ATTEMPTS, FIRST_PAUSE_SECONDS, ShopTask

LONGEST_PAUSE = timedelta(hours=6)
TRACEBACK_CHARACTERS = 8000
CANDIDATES = 10


def claim_next(worker_id: str) -> DBTaskResult | None:
    """The next task that is due, now RUNNING for this worker; None when there is none."""
    for row in DBTaskResult.objects.ready()[:CANDIDATES]:
        if _claim(row, worker_id):
            return row
    return None


def _claim(row: DBTaskResult, worker_id: str) -> bool:
    now = timezone.now()
    workers = [*row.worker_ids, worker_id]
    seen = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.READY, started_at=row.started_at)
    taken = run_in_transaction(
        lambda: seen.update(status=TaskResultStatus.RUNNING, started_at=now, worker_ids=workers, finished_at=None)
    )
    if taken:
        row.status, row.started_at, row.worker_ids = TaskResultStatus.RUNNING, now, workers
    return taken == 1


def store_success(row: DBTaskResult, result: object) -> None:
    """The claimed task is done; `result` is plain JSON."""
    _store(
        row,
        status=TaskResultStatus.SUCCESSFUL,
        finished_at=timezone.now(),
        return_value=result,
        exception_class_path="",
        traceback="",
    )


def store_failure(row: DBTaskResult, error: BaseException) -> bool:
    """The claimed task failed: try again later, or give up after its last attempt. Whether it is tried again."""
    again = pause_before_next(row)
    now = timezone.now()
    fate: dict[str, Any] = (
        {"status": TaskResultStatus.FAILED, "finished_at": now}
        if again is None
        else {"status": TaskResultStatus.READY, "run_after": now + again}
    )
    _store(row, **fate, **_error_columns(error))
    return again is not None


def pause_before_next(row: DBTaskResult) -> timedelta | None:
    """How long until the task that was just tried may be tried again; None after its last attempt."""
    attempts, first_pause = _policy(row)
    tried = len(row.worker_ids)
    if tried >= attempts:
        return None
    pause = min(LONGEST_PAUSE, timedelta(seconds=first_pause * 2 ** (tried - 1)))
    return pause * random.uniform(1.0, 1.1)  # noqa: S311 - jitter, not a secret


def release_abandoned(living: Collection[str]) -> int:
    """Give back the tasks whose worker is not among `living`, and return how many.

    A task that has used up its attempts fails instead: it may be what kills the workers.
    """
    released = 0
    for row in DBTaskResult.objects.running():
        if row.worker_ids and row.worker_ids[-1] in living:
            continue
        store_failure(row, WorkerLostError("The worker ended in the middle of this task."))
        released += 1
    return released


def try_again(ids: Collection[Any]) -> int:
    """Put failed tasks back, with all their attempts, and return how many were."""
    failed = DBTaskResult.objects.filter(pk__in=ids, status=TaskResultStatus.FAILED)
    return run_in_transaction(
        lambda: failed.update(
            status=TaskResultStatus.READY, run_after=get_date_max(), worker_ids=[], started_at=None, finished_at=None
        )
    )


def forget_finished(*, succeeded_before: datetime, failed_before: datetime) -> int:
    """Delete the rows of tasks that ended before those times and return how many."""
    done = DBTaskResult.objects.successful().filter(finished_at__lt=succeeded_before)
    failed = DBTaskResult.objects.failed().filter(finished_at__lt=failed_before)
    return sum(run_in_transaction(rows.delete)[0] for rows in (done, failed))


class WorkerLostError(Exception):
    """A worker was killed, or lost, in the middle of a task."""


def _policy(row: DBTaskResult) -> tuple[int, int]:
    try:
        task = row.task
    except ImportError:
        task = None
    if isinstance(task, ShopTask):
        return task.attempts, task.first_pause_seconds
    return ATTEMPTS, FIRST_PAUSE_SECONDS


def _error_columns(error: BaseException) -> dict[str, str]:
    text = "".join(format_exception(error))[-TRACEBACK_CHARACTERS:]
    return {
        "exception_class_path": f"{type(error).__module__}.{type(error).__qualname__}",
        # Errors quote what they stumbled over: half a surrogate pair cannot be stored, and would end the worker.
        "traceback": text.encode(errors="backslashreplace").decode(),
    }


def _store(row: DBTaskResult, **columns: Any) -> None:
    claimed = DBTaskResult.objects.filter(pk=row.pk, status=TaskResultStatus.RUNNING, started_at=row.started_at)
    run_in_transaction(lambda: claimed.update(**columns))
