from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django_tasks_db.models import DBTaskResult

from accounts.tests.conftest import code_sent_to, mails_to

__all__ = ["code_sent_to", "mails_to"]


@pytest.fixture
def queued() -> Callable[[str], list[dict[str, Any]]]:
    """`queued("send_to_customer")`: the arguments of the queued tasks of that name, oldest first."""

    def calls(name: str) -> list[dict[str, Any]]:
        rows = DBTaskResult.objects.filter(task_path__endswith=f".{name}").order_by("enqueued_at", "id")
        return [row.args_kwargs for row in rows]

    return calls
