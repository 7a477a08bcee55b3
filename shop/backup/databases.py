"""Copying a database that is in use, and putting the copy back. One class a vendor."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from django.db import connection

from shop.common.errors import ShopError


class BackupFailed(ShopError):
    """The message says what to do about it."""

    code = "backup_failed"
    status = 500


class Copier(Protocol):
    file_name: str

    def dump(self, target: Path) -> None:
        """Write a consistent copy of the database as it is now. Raises BackupFailed."""

    def load(self, source: Path) -> None:
        """Put a copy in the place of everything in the database. Raises BackupFailed."""


class SqliteCopier:
    """SQLite's own backup interface: page by page, consistent beside writers."""

    file_name = "database.sqlite3"

    def dump(self, target: Path) -> None:
        with closing(self._open(connection.settings_dict["NAME"])) as live, closing(self._open(target)) as copy:
            live.backup(copy)

    def load(self, source: Path) -> None:
        connection.close()
        with closing(self._open(source)) as copy, closing(self._open(connection.settings_dict["NAME"])) as live:
            copy.backup(live)

    def _open(self, path: Path | str) -> sqlite3.Connection:
        return sqlite3.connect(str(path), timeout=30)


class MysqlCopier:
    """The server's own dump, in one snapshot; its programs come with Debian's mariadb-client."""

    file_name = "database.sql"

    def dump(self, target: Path) -> None:
        options = ("--single-transaction", "--quick", "--hex-blob", "--skip-lock-tables", "--routines=0")
        with target.open("wb") as file:
            self._run(["mariadb-dump", "mysqldump"], options, stdout=file)

    def load(self, source: Path) -> None:
        self._drop_tables()
        connection.close()
        with source.open("rb") as file:
            self._run(["mariadb", "mysql"], (), stdin=file)

    def _drop_tables(self) -> None:
        """All of them: one that the copy does not know would be in the way of the next migration."""
        with connection.constraint_checks_disabled(), connection.cursor() as cursor:
            for table in connection.introspection.table_names(cursor):
                cursor.execute(f"DROP TABLE {connection.ops.quote_name(table)}")

    def _run(self, programs: Sequence[str], options: Sequence[str], **streams: object) -> None:
        program = next((found for name in programs if (found := shutil.which(name))), None)
        if program is None:
            raise BackupFailed(f"The program {programs[0]} is missing. On Debian: apt-get install mariadb-client")
        with self._credentials() as file:
            command = [program, f"--defaults-file={file}", *options, str(connection.settings_dict["NAME"])]
            done = subprocess.run(command, stderr=subprocess.PIPE, check=False, **streams)  # type: ignore[call-overload]  # noqa: S603
        if done.returncode:
            raise BackupFailed(done.stderr.decode(errors="replace").strip())

    @contextmanager
    def _credentials(self) -> Iterator[str]:
        """An option file of mode 0600: what stands on a command line can be read by everybody."""
        settings = connection.settings_dict
        given = {
            "host": settings["HOST"],
            "port": settings["PORT"],
            "user": settings["USER"],
            "password": settings["PASSWORD"],
            "socket": settings["OPTIONS"].get("unix_socket", ""),
        }
        with tempfile.NamedTemporaryFile("w", suffix=".cnf") as file:
            file.write(
                "[client]\n" + "".join(f'{name}="{_escaped(value)}"\n' for name, value in given.items() if value)
            )
            file.flush()
            yield file.name


def copier() -> Copier:
    """The one for the database in use."""
    return MysqlCopier() if connection.vendor == "mysql" else SqliteCopier()


def _escaped(value: object) -> str:
    return str(value).replace("\\", "\\\\").replace('"', '\\"')
