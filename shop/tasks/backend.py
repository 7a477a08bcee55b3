"""django-tasks' database backend with our kind of task, and the request id on every row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeVar

import structlog
from django_tasks.base import Task
from django_tasks.utils import normalize_json
from django_tasks_db import DatabaseBackend
from django_tasks_db.models import DBTaskResult
from typing_extensions import ParamSpec

T = TypeVar("T")
P = ParamSpec("P")

ATTEMPTS = 14
FIRST_PAUSE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopTask(Task[P, T]):
    """A task that is tried up to `attempts` times, with pauses that double from `first_pause_seconds`."""

    attempts: int = ATTEMPTS
    first_pause_seconds: int = FIRST_PAUSE_SECONDS


class ShopTaskBackend(DatabaseBackend):
    task_class = ShopTask  # type: ignore[assignment]  # the base names Task itself

    def _task_to_db_task(self, task: Any, args: Any, kwargs: Any) -> DBTaskResult:
        """The row, with the id of the request that asked for the work: the parent's columns have no place for it."""
        call = {"args": args, "kwargs": kwargs, "request_id": structlog.contextvars.get_contextvars().get("request_id")}
        return DBTaskResult.objects.create(
            id=self._get_id(),
            args_kwargs=normalize_json(call),
            priority=task.priority,
            task_path=task.module_path,
            queue_name=task.queue_name,
            run_after=task.run_after,  # its signal fills in "at once"
            backend_name=self.alias,
        )
