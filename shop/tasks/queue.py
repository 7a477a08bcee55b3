"""Putting work into the queue.

`@shop_task` makes a module-level function a task; `task.enqueue(**arguments)` writes a row in the
transaction of the caller, so that the task exists exactly if the change does. Arguments are plain JSON and
stay in the database for days: ids, never secrets. The worker tries a failing task again later (see
`shop.tasks.worker`), so tasks must bear being repeated.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, overload

from django.utils import timezone
from django_tasks import task
from django_tasks.base import Task
from typing_extensions import ParamSpec

from shop.tasks.backend import ATTEMPTS, FIRST_PAUSE_SECONDS

T = TypeVar("T")
P = ParamSpec("P")


@overload
def shop_task(function: Callable[P, T]) -> Task[P, T]: ...


@overload
def shop_task(
    *, attempts: int = ATTEMPTS, first_pause_seconds: int = FIRST_PAUSE_SECONDS, priority: int = 0
) -> Callable[[Callable[P, T]], Task[P, T]]: ...


def shop_task(function: Callable[..., Any] | None = None, **options: int) -> Any:
    """Make a function a task: `@shop_task`, or `@shop_task(attempts=3)`.

    It is tried `attempts` times in all (14, over most of a day). The pause before the second try is
    `first_pause_seconds`, then it doubles, up to six hours. A higher `priority` (−100 to 100) goes first.
    """
    decorate: Any = task(**options)  # type: ignore[call-overload]  # its keywords go to our ShopTask
    return decorate if function is None else decorate(function)


def enqueue_in(job: Any, *, seconds: float, **arguments: Any) -> None:
    """Queue a task to be done `seconds` from now at the earliest."""
    job.using(run_after=timezone.now() + timedelta(seconds=seconds)).enqueue(**arguments)
