"""Where the index lies, and which of several is the one to read.

    <SHOP_SEARCH_ROOT>/<database>/current-<schema>     a file with the name of the folder to read
    <SHOP_SEARCH_ROOT>/<database>/<schema>-<random>/   tantivy's files
    <SHOP_SEARCH_ROOT>/<database>/<schema>-<random>.json   up to where it knows the catalogue
    <SHOP_SEARCH_ROOT>/<database>/<schema>-<random>.journal   what was lately written into it

A new index is built beside and the pointer switched, never in place. The folder of the database keeps
two shops on one machine, or a shop and its trial copy, from reading each other's index.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import IO

from django.conf import settings
from django.db import connection

from catalog.search.fields import schema_hash

BEAT_SECONDS = 5.0
LOST_AFTER_SECONDS = 60.0
OLD_SCHEMA_SECONDS = 24 * 3600.0


@dataclass(frozen=True, kw_only=True)
class State:
    """What an index knows: of which catalogue, up to which of its versions, noted when (Unix seconds)."""

    lineage: str
    version: int
    noted_at: float


@dataclass(frozen=True)
class Home:
    """The folder of this database's indexes."""

    path: Path
    schema: str

    @property
    def pointer(self) -> Path:
        return self.path / f"current-{self.schema}"

    @property
    def damage(self) -> Path:
        return self.path / f"damaged-{self.schema}"

    @property
    def heartbeat(self) -> Path:
        return self.path / f"heartbeat-{self.schema}"

    def current(self) -> Path | None:
        """The folder to read. None when there is none for this code."""
        try:
            name = read_text(str(self.pointer)).strip()
        except FileNotFoundError:
            return None
        folder = self.path / Path(name).name
        return folder if name and folder.is_dir() else None

    def new_folder(self) -> Path:
        folder = self.path / f"{self.schema}-{secrets.token_hex(6)}"
        folder.mkdir(parents=True)
        return folder

    def switch_to(self, folder: Path) -> None:
        """From now on readers open `folder`. The one before stays for those who read in it this moment."""
        before = self.current()
        write_text(self.pointer, folder.name)
        self.damage.unlink(missing_ok=True)
        for other in self.path.iterdir():
            if other.is_dir() and other not in (folder, before) and self._is_rubbish(other):
                shutil.rmtree(other, ignore_errors=True)
                state_file(other).unlink(missing_ok=True)
                other.with_suffix(".journal").unlink(missing_ok=True)

    def _is_rubbish(self, folder: Path) -> bool:
        """Of this schema at once; of another one when no older code can be using it any more."""
        if folder.name.startswith(f"{self.schema}-"):
            return True
        with contextlib.suppress(FileNotFoundError):
            return time.time() - folder.stat().st_mtime > OLD_SCHEMA_SECONDS
        return False

    def report_damage(self, folder: Path) -> None:
        """Whoever meets a damaged index says so; the indexer builds a new one."""
        with contextlib.suppress(OSError):
            write_text(self.damage, folder.name)

    def is_damaged(self, folder: Path) -> bool:
        try:
            return self.damage.read_text() == folder.name
        except OSError:
            return False

    def beat(self) -> None:
        """The indexer is at work."""
        self.path.mkdir(parents=True, exist_ok=True)
        self.heartbeat.touch()

    def is_attended(self) -> bool:
        """Whether an indexer has been heard of lately."""
        try:
            return time.time() - self.heartbeat.stat().st_mtime < LOST_AFTER_SECONDS
        except OSError:
            return False

    @contextlib.contextmanager
    def locked(self, name: str) -> Iterator[None]:
        """One process of this machine at a time; waits."""
        with self._lock_file(name) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    @contextlib.contextmanager
    def locked_if_free(self, name: str) -> Iterator[bool]:
        with self._lock_file(name) as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
            else:
                yield True

    def _lock_file(self, name: str) -> IO[str]:
        self.path.mkdir(parents=True, exist_ok=True)
        return (self.path / f"{name}.lock").open("w")


def home() -> Home:
    known = connection.settings_dict
    socket = known.get("OPTIONS", {}).get("unix_socket", "")
    identity = (known["ENGINE"], known["HOST"], str(known["PORT"]), str(known["NAME"]), socket)
    return _home(str(settings.SHOP_SEARCH_ROOT), identity, schema_hash(settings.LANGUAGE_CODE))


@cache
def _home(root: str, identity: tuple[str, ...], schema: str) -> Home:
    database = hashlib.sha256(repr(identity).encode()).hexdigest()[:12]
    return Home(Path(root) / database, schema)


def state_file(folder: Path) -> Path:
    return folder.with_suffix(".json")


def read_state(folder: Path) -> State | None:
    """None when the note is missing or is none."""
    try:
        return _state(read_text(str(state_file(folder))))
    except (OSError, ValueError, TypeError):
        return None


@lru_cache(8)
def _state(text: str) -> State:
    return State(**json.loads(text))


def write_state(folder: Path, *, lineage: str, version: int) -> None:
    state = State(lineage=lineage, version=version, noted_at=time.time())
    write_text(state_file(folder), json.dumps(asdict(state)))


def read_text(path: str) -> str:
    """What the file says. Every page asks, so without what pathlib costs."""
    with open(path, encoding="utf-8") as file:
        return file.read()


def write_text(path: Path, text: str) -> None:
    """Readers see the old text or the new one, also after the power fails."""
    beside = path.with_name(f"{path.name}.{os.getpid()}-{secrets.token_hex(4)}")
    with beside.open("w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
