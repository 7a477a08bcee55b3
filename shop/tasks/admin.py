"""Tasks in the admin: what waits, what failed and why, and trying again."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from shop.tasks import rows

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class TaskAdmin(DBTaskResultAdmin):
    """The package's read-only pages, with attempts, the error's name and an action."""

    list_display: Any = (
        "short_name",
        "status",
        "tries",
        "error",
        "enqueued_at",
        "run_after_or_now",
        "finished_at",
    )
    list_filter: ClassVar[Any] = ("status", "enqueued_at")
    search_fields = ("task_path", "exception_class_path")
    actions = ("try_again",)

    @admin.display(description=_("task"), ordering="task_path")
    def short_name(self, row: DBTaskResult) -> str:
        return str(row.task_path).rpartition(".")[2]

    @admin.display(description=_("tries"))
    def tries(self, row: DBTaskResult) -> int:
        return len(row.worker_ids)

    @admin.display(description=_("error"))
    def error(self, row: DBTaskResult) -> str:
        return str(row.exception_class_path).rpartition(".")[2]

    @admin.display(description=_("due"), ordering="run_after")
    def run_after_or_now(self, row: DBTaskResult) -> Any:
        return self.display_run_after(row)

    @admin.action(description=_("Try failed tasks again"), permissions=["retry"])
    def try_again(self, request: HttpRequest, queryset: QuerySet[DBTaskResult]) -> None:
        again = rows.try_again(list(queryset.values_list("pk", flat=True)))
        text = ngettext("%(count)d task is tried again.", "%(count)d tasks are tried again.", again)
        self.message_user(request, text % {"count": again}, messages.SUCCESS if again else messages.WARNING)

    def has_retry_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("django_tasks_database.change_dbtaskresult")
