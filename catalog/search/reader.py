"""Reading the index: opened when first needed in each process, reloaded at each use.

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
    """The index as it stands at this moment. `state` is what it knows at least."""

    searcher: Any
    schema: Any
    state: State


@dataclass(frozen=True)
class _Open:
    folder: Path
    index: Any
    process: int


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
        index = _index(place, folder)
        index.reload()
        return Snapshot(index.searcher(), index.schema, state)


def _index(place: Home, folder: Path) -> Any:
    found = _opened.get(place.path)
    if found is None or found.folder != folder or found.process != os.getpid():
        with _lock:
            index = tantivy.Index.open(str(folder))
            index.config_reader(reload_policy="manual")
            found = _opened[place.path] = _Open(folder, index, os.getpid())
    return found.index


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
