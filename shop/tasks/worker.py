"""The worker: does tasks and the schedule, one thing at a time, until it is told to stop."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

import structlog
from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone
from django_tasks.base import TaskContext
from django_tasks.utils import normalize_json
from django_tasks_db.models import DBTaskResult

from shop.tasks import rows
from shop.tasks.presence import LOST_AFTER, forget_lost_workers, living_workers
from shop.tasks.schedule import JOBS, Job, take_due

POLL_SECONDS = 1.0
SCHEDULE_SECONDS = 5.0
REAP_SECONDS = 5.0
LONGEST_OUTAGE_PAUSE = 10.0

T = TypeVar("T")

logger = logging.getLogger(__name__)


class Worker:
    def __init__(self, worker_id: str, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.worker_id = worker_id
        self.stopping = False
        self._sleep = sleep
        self._next: dict[str, float] = {}

    def stop(self) -> None:
        """Finish what is being done, then return from `run`. Safe to call from a signal handler."""
        self.stopping = True

    def run(self, *, batch: bool = False) -> None:
        """Work until stopped, or with `batch` until nothing is due. Outages of the database are waited out."""
        outage_pause = POLL_SECONDS
        while not self.stopping:
            close_old_connections()
            try:
                worked = self.step()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("worker_database_unavailable", extra={"error": str(error)})
                connections.close_all()
                # While the database was away nobody could say that they live: they get the time to.
                self._next["reap"] = time.monotonic() + LOST_AFTER.total_seconds()
                self._wait(outage_pause)
                outage_pause = min(LONGEST_OUTAGE_PAUSE, outage_pause * 2)
                continue
            outage_pause = POLL_SECONDS
            if worked:
                continue
            if batch:
                return
            self._wait(POLL_SECONDS)

    def step(self) -> bool:
        """Do whatever is due of the schedule, then one task. Whether there was a task."""
        if self._is_time("reap", REAP_SECONDS):
            # Between two of its own tasks this worker runs nothing: a claim of its own is one whose answer got lost.
            rows.release_abandoned(living_workers() - {self.worker_id})
            forget_lost_workers()
        if self._is_time("schedule", SCHEDULE_SECONDS):
            for job in take_due(JOBS.values(), timezone.now()):
                self._run_job(job)
        return self.do_next_task()

    def do_next_task(self) -> bool:
        """Do one task that is due, if there is one."""
        row = rows.claim_next(self.worker_id)
        if row is not None:
            self._run_task(row)
        return row is not None

    def _run_job(self, job: Job) -> None:
        with structlog.contextvars.bound_contextvars(job=job.name):
            try:
                job.run()
            except Exception:
                # A job of any app may fail in any way; the others go on, and it is due again.
                logger.exception("job_failed")

    def _run_task(self, row: DBTaskResult) -> None:
        structlog.contextvars.clear_contextvars()
        context = {"task": row.task_path, "task_id": str(row.pk), "request_id": row.args_kwargs.get("request_id")}
        with structlog.contextvars.bound_contextvars(**context):
            started = time.perf_counter()
            try:
                result = normalize_json(_call(row))
            except Exception as error:
                # Whatever a task raises is stored with it.
                again = self._conclude(partial(rows.store_failure, row, error))
                _log_failure(row, error, tried_again=again is not False)
                return
            self._conclude(partial(rows.store_success, row, result))
            logger.info("task_succeeded", extra={"duration_ms": round((time.perf_counter() - started) * 1000)})

    def _conclude(self, store: Callable[[], T]) -> T | None:
        """Store how a task ended, however long the database is away: it must not run again for that."""
        while True:
            try:
                return store()
            except (DatabaseError, InterfaceError) as error:
                logger.warning("worker_database_unavailable", extra={"error": str(error)})
                connections.close_all()
                if self.stopping:
                    return None
                self._wait(POLL_SECONDS)

    def _is_time(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._next.get(what, 0.0):
            return False
        self._next[what] = now + seconds
        return True

    def _wait(self, seconds: float) -> None:
        """Sleep in short steps: a signal only sets `stopping`."""
        until = time.monotonic() + seconds
        while not self.stopping and (left := until - time.monotonic()) > 0:
            self._sleep(min(0.2, left))


def _call(row: DBTaskResult) -> object:
    task: Any = row.task
    arguments, keywords = row.args_kwargs["args"], row.args_kwargs["kwargs"]
    if task.takes_context:
        return task.call(
            TaskContext(task_result=row.task_result),  # type: ignore[arg-type]
            *arguments,
            **keywords,
        )
    return task.call(*arguments, **keywords)


def _log_failure(row: DBTaskResult, error: Exception, *, tried_again: bool) -> None:
    attempt = len(row.worker_ids)
    if tried_again:
        logger.warning("task_will_be_retried", extra={"attempt": attempt, "error": repr(error)})
    else:
        logger.error("task_failed", extra={"attempt": attempt}, exc_info=error)
