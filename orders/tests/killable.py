"""The shop's WSGI application for the proof by killing: it ends itself, like a power cut, at a chosen point.

    KILL_AT="orders.services.place_order:write_lines:2"    when that function returns for the second time
    KILL_COMMITS=1                                         and what was written so far is kept: the control

Made from outside, by wrapping a function: the product knows nothing of it.
"""

from __future__ import annotations

import os
import signal
from importlib import import_module
from itertools import count
from typing import Any

from django.conf import settings
from django.db import connection

settings.STORAGES["staticfiles"]["BACKEND"] = "django.contrib.staticfiles.storage.StaticFilesStorage"

from shop.wsgi import application  # noqa: E402 - names of static files without a manifest, from the start

__all__ = ["application"]


def die_at(point: str) -> None:
    module_name, name, times = point.split(":")
    module = import_module(module_name)
    original = getattr(module, name)
    calls = count(1)

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        result = original(*args, **kwargs)
        if next(calls) == int(times):
            die()
        return result

    setattr(module, name, wrapped)


def die() -> None:
    """SIGKILL for the whole group: the server, its workers and the worker for tasks."""
    if os.environ.get("KILL_COMMITS"):
        connection.connection.commit()
    os.killpg(os.getpgid(0), signal.SIGKILL)


if os.environ.get("KILL_AT"):
    die_at(os.environ["KILL_AT"])
