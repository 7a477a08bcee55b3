"""The schedule: jobs that recur. Many workers may ask what is due; one gets each job.

    @every(minutes=1)
    def tidy_up() -> None: ...

stands in an app's `tasks.py`, which the worker imports. A job that fails is logged, and is due again at its
next time. Long work is better enqueued as a task by a job.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from shop.common.unit import run_in_transaction
from shop.tasks.models import ScheduledJob

T = TypeVar("T")


@dataclass(frozen=True)
class Job:
    name: str
    interval: timedelta
    run: Callable[[], object]


JOBS: dict[str, Job] = {}
# So far apart the clocks of two machines may be before jobs are done more often.
CLOCKS_DIFFER = timedelta(hours=1)


def every(*, minutes: int = 0, hours: int = 0, days: int = 0) -> Callable[[Callable[[], T]], Callable[[], T]]:
    """Have a worker call this function at that interval: one worker of all, late rather than twice."""
    interval = timedelta(minutes=minutes, hours=hours, days=days)

    def decorate(function: Callable[[], T]) -> Callable[[], T]:
        name = f"{function.__module__}.{function.__qualname__}"
        JOBS[name] = Job(name=name, interval=interval, run=function)
        return function

    return decorate


def take_due(jobs: Iterable[Job], now: datetime) -> list[Job]:
    """The jobs that this worker is to run now. A job that is new is due at once."""
    jobs = list(jobs)
    due_at = dict(ScheduledJob.objects.values_list("name", "due_at"))
    new = [ScheduledJob(name=job.name, due_at=now) for job in jobs if job.name not in due_at]
    if new:
        run_in_transaction(lambda: ScheduledJob.objects.bulk_create(new, ignore_conflicts=True))
        due_at = dict(ScheduledJob.objects.values_list("name", "due_at"))
    return [job for job in jobs if _is_due(job, due_at[job.name], now) and _move_on(job, due_at[job.name], now)]


def _is_due(job: Job, due_at: datetime, now: datetime) -> bool:
    """Much further away than its interval is only what a wrong clock wrote, or what had a longer interval before."""
    return due_at <= now or due_at > now + job.interval + CLOCKS_DIFFER


def _move_on(job: Job, was_due: datetime, now: datetime) -> bool:
    seen = ScheduledJob.objects.filter(name=job.name, due_at=was_due)
    return run_in_transaction(lambda: seen.update(due_at=now + job.interval)) == 1
