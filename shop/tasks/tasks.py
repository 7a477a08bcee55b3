"""The schedule of the tasks themselves."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from shop.tasks.rows import forget_finished
from shop.tasks.schedule import every

KEEP_SUCCEEDED = timedelta(days=7)
KEEP_FAILED = timedelta(days=60)


@every(hours=1)
def forget_old_tasks() -> None:
    now = timezone.now()
    forget_finished(succeeded_before=now - KEEP_SUCCEEDED, failed_before=now - KEEP_FAILED)
