"""What workers know of each other: who is alive, and what was scheduled when."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.common.fields import CodeField


class Worker(models.Model):
    """A running worker process. It renews `seen_at`; one that stops doing so is taken for dead."""

    id = CodeField(primary_key=True, max_length=64)
    host = models.CharField(_("host"), max_length=120)
    started_at = models.DateTimeField(_("started"))
    seen_at = models.DateTimeField(_("last seen"), db_index=True)

    class Meta:
        verbose_name = _("worker")
        verbose_name_plural = _("workers")

    def __str__(self) -> str:
        return self.id


class ScheduledJob(models.Model):
    """When a job of the schedule is due next. The worker that moves `due_at` on does it."""

    name = CodeField(primary_key=True, max_length=160)
    due_at = models.DateTimeField(_("due"))

    class Meta:
        verbose_name = _("scheduled job")
        verbose_name_plural = _("scheduled jobs")

    def __str__(self) -> str:
        return self.name
