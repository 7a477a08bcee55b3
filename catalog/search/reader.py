"""Reading the index: opened when first needed in each process, looked at for changes at each use.

Nothing is opened before a fork, and nothing watches the files: both fail with preloading servers.
"""

from __future__ import annotations

import contextlib
import logging
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from catalog.search.folder import Home, State, home, read_state

logger = logging.getLogger(__name__)


class IndexUnavailable(Exception):
    """There is no index that could answer; the reason is for the log and for health."""


@dataclass(frozen=True)
class Snapshot:
    """The index as it stands at this moment. `state` is what it knows at least.

    `searcher` is the same object until something is written.
    """

    searcher: Any
    schema: Any
    state: State
    folder: Path


@dataclass(frozen=True)
class _Open:
    folder: Path
    index: Any
    process: int
    mark: tuple[int, int]
    searcher: Any


_lock = threading.Lock()
_opened: dict[Path, _Open] = {}


def snapshot() -> Snapshot:
    """Raises IndexUnavailable."""
    place = home()
    folder = place.current()
    if folder is None:
        raise IndexUnavailable("there is none")
    if place.is_damaged(folder):
        raise IndexUnavailable("it is damaged")
    state = read_state(folder)
    if state is None:
        place.report_damage(folder)
        raise IndexUnavailable("it is damaged")
    with guarded(place, folder):
        opened = _opened_now(place, folder)
        return Snapshot(opened.searcher, opened.index.schema, state, folder)


def _opened_now(place: Home, folder: Path) -> _Open:
    """The index as it is since its last commit; loaded when there was one."""
    mark = _mark(folder)  # before it is loaded: what is loaded is this or newer
    found = _opened.get(place.path)
    is_mine = found is not None and found.folder == folder and found.process == os.getpid()
    if found is not None and is_mine and found.mark == mark:
        return found
    with _lock:
        if found is not None and is_mine:
            index = found.index
        else:
            index = tantivy.Index.open(str(folder))
            index.config_reader(reload_policy="manual")
        index.reload()
        opened = _opened[place.path] = _Open(folder, index, os.getpid(), mark, index.searcher())
    return opened


def _mark(folder: Path) -> tuple[int, int]:
    """Tantivy replaces this file at each commit, and whenever it has put files together."""
    status = (folder / "meta.json").stat()
    return status.st_mtime_ns, status.st_ino


@contextlib.contextmanager
def guarded(place: Home | None = None, folder: Path | None = None) -> Iterator[None]:
    """What tantivy raises or panics with becomes IndexUnavailable, and is reported for a rebuild."""
    try:
        yield
    except (ValueError, OSError) as error:
        _report(place, folder, error)
        raise IndexUnavailable(str(error)) from error
    except BaseException as error:
        # A panic of Rust derives from BaseException, and its class cannot be imported.
        if type(error).__name__ != "PanicException":
            raise
        _report(place, folder, error)
        raise IndexUnavailable(str(error)) from error


def _report(place: Home | None, folder: Path | None, error: BaseException) -> None:
    place = place or home()
    folder = folder or place.current()
    _opened.pop(place.path, None)
    logger.error("search_index_damaged", extra={"error": str(error)[:500]})
    # A folder that is gone because a newer one took its place is no damage.
    if folder is not None and folder == place.current():
        place.report_damage(folder)
