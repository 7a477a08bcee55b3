"""The tables are made by the migrations once a run: whichever worker is first makes them, the others take a copy.

Copying takes a tenth of the time. After it `migrate` runs as ever, and finds nothing left to do.
"""

from __future__ import annotations

import fcntl
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import connection

FOLDER = "SHOP_TEST_TABLES"  # how workers learn where the first of them put its own
MADE = "test_shop_made"


def make_once(folder: Path) -> None:
    """Let the workers of this run share their tables in the folder, of the first process that calls this."""
    os.environ.setdefault(FOLDER, str(folder))
    if "PYTEST_XDIST_WORKER" not in os.environ:
        return
    creation: Any = connection.creation
    from_migrations = creation.create_test_db

    def create_test_db(*arguments: Any, **options: Any) -> Any:
        with _alone() as made:
            if made.exists():
                _copy(made, creation, back=False)
                return from_migrations(*arguments, **{**options, "keepdb": True})
            answer = from_migrations(*arguments, **options)
            _copy(made, creation, back=True)
            return answer

    creation.create_test_db = create_test_db


@contextmanager
def _alone() -> Iterator[Path]:
    """One worker at a time. The path is there when the tables are."""
    made = Path(os.environ[FOLDER]) / "tables"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield made


def _copy(made: Path, creation: Any, *, back: bool) -> None:
    mine = creation._get_test_db_name()  # noqa: SLF001
    if connection.vendor == "sqlite":
        _copy_file(*((mine, made) if back else (made, mine)))
    else:
        _copy_database(creation, *((mine, MADE) if back else (MADE, mine)))
        made.touch()


def _copy_file(source: str | Path, target: str | Path) -> None:
    with closing(sqlite3.connect(source)) as there, closing(sqlite3.connect(target)) as here:
        there.backup(here)


def _copy_database(creation: Any, source: str, target: str) -> None:
    with creation._nodb_cursor() as cursor:  # noqa: SLF001
        cursor.execute(f"DROP DATABASE IF EXISTS {target}")
        cursor.execute(f"CREATE DATABASE {target} {creation.sql_table_creation_suffix()}")
        cursor.execute(f"USE {target}")
        cursor.execute("SET foreign_key_checks = 0")
        cursor.execute(f"SHOW TABLES FROM {source}")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SHOW CREATE TABLE {source}.`{table}`")
            cursor.execute(cursor.fetchone()[1])
            cursor.execute(f"INSERT INTO `{table}` SELECT * FROM {source}.`{table}`")
