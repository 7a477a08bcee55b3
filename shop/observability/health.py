"""Whether the shop can work: what it stands on, checked one by one.

Apps add checks of their own at start: `HEALTH_CHECKS["index"] = check_index`.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import asdict, dataclass

from django.core.cache import cache
from django.db import DatabaseError, InterfaceError, connection
from django.db.migrations.executor import MigrationExecutor
from django_tasks_db.models import DBTaskResult
from redis.exceptions import RedisError

from shop.tasks.presence import living_workers

_once_true: set[str] = set()


@dataclass(frozen=True)
class Check:
    ok: bool
    detail: str = ""

    def as_dict(self) -> dict[str, object]:
        return asdict(self)


def check_database() -> Check:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        return Check(ok=False, detail="the database does not answer")
    return Check(ok=True, detail=connection.vendor)


def check_migrations() -> Check:
    """Every migration of this code is applied. Once true it stays true for this process."""
    try:
        missing = unapplied_migrations()
    except (DatabaseError, InterfaceError):
        return Check(ok=False, detail="the database does not answer")
    return Check(ok=not missing, detail=f"{missing} to apply: run manage.py migrate" if missing else "")


def unapplied_migrations() -> int:
    if "migrations" in _once_true:
        return 0
    executor = MigrationExecutor(connection)
    missing = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    if not missing:
        _once_true.add("migrations")
    return missing


def check_cache() -> Check:
    probe = secrets.token_hex(8)
    try:
        cache.set("health", probe, timeout=10)
        answered = cache.get("health") is not None
    except RedisError:
        answered = False
    return Check(ok=answered, detail="" if answered else "the cache does not answer")


def check_worker() -> Check:
    """A worker has been heard of, and how much waits."""
    waiting, failed = DBTaskResult.objects.ready().count(), DBTaskResult.objects.failed().count()
    alive = len(living_workers())
    return Check(ok=alive > 0, detail=f"{alive} at work, {waiting} tasks waiting, {failed} failed")


def no_index() -> Check:
    return Check(ok=True, detail="none: the database answers searches")


REQUIRED: dict[str, Callable[[], Check]] = {"database": check_database, "migrations": check_migrations}
HEALTH_CHECKS: dict[str, Callable[[], Check]] = {"cache": check_cache, "worker": check_worker, "index": no_index}
