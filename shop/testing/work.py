"""Tasks in tests: done here and now, instead of by a worker beside."""

from __future__ import annotations

from django.utils import timezone
from django_tasks_db.models import DBTaskResult, get_date_max

from shop.tasks.worker import Worker


def run_tasks(*, also_later: bool = False) -> None:
    """Do every task that is due; with `also_later` first make those due that wait for their time."""
    if also_later:
        waiting = DBTaskResult.objects.filter(status="READY").exclude(run_after=get_date_max())
        waiting.update(run_after=timezone.now())
    worker = Worker("tests")
    while worker.do_next_task():
        pass
