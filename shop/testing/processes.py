"""The shop's own commands in processes of their own, on the database of the tests."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.db import connection

from shop.testing.mariadb import end_with_parent


def database_url() -> str:
    """Where the test's database is, for another process: needs `django_db(transaction=True)` to be seen there."""
    known: dict[str, Any] = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{known['NAME']}"
    options = f"?unix_socket={known['OPTIONS']['unix_socket']}" if "unix_socket" in known["OPTIONS"] else ""
    host = f"{known['HOST']}:{known['PORT']}" if known["PORT"] else known["HOST"]
    return f"mysql://{known['USER']}:{known['PASSWORD']}@{host}/{known['NAME']}{options}"


def start_command(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    """`start_command("run_worker")`: a running `manage.py`, its output as text."""
    folders = {"MEDIA_ROOT": str(settings.MEDIA_ROOT), "SHOP_SEARCH_ROOT": str(settings.SHOP_SEARCH_ROOT)}
    env = {**os.environ, "DATABASE_URL": database_url(), **folders, **environment}
    return subprocess.Popen(
        [sys.executable, "manage.py", *arguments],
        cwd=settings.BASE_DIR,
        env=env,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509 - one system call
    )
