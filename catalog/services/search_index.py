"""Keeping this machine's search index up to date."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, close_old_connections, connections
from django.utils import timezone

from catalog.models import ProductChange
from catalog.search.folder import home
from catalog.search.reader import IndexUnavailable
from catalog.search.writer import CHANGES_KEPT_SECONDS, Indexer, build

POLL_SECONDS = 0.5
PAUSE_SECONDS = 5.0
INDEXER_LOCK = "indexer"
FORGET_AT_ONCE = 5000

logger = logging.getLogger(__name__)


def rebuild_index(tell: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Build the index anew beside the one in use, then switch. Returns how many products are in it.

    `tell` hears how many of how many are done. Raises IndexUnavailable when it cannot be written.
    """
    return build(tell)


def follow_changes(stop: threading.Event) -> None:
    """Bring the index up to date twice a second until `stop`, and once more then.

    One process of a machine does; others wait here until it ends, however it ends.
    """
    while True:
        with home().locked_if_free(INDEXER_LOCK) as is_mine:
            if is_mine:
                _follow(stop)
        if stop.wait(POLL_SECONDS):
            return


def _follow(stop: threading.Event) -> None:
    indexer = Indexer()
    try:
        while not stop.is_set():
            stop.wait(POLL_SECONDS if _step(indexer) else PAUSE_SECONDS)
        _step(indexer)
    finally:
        _close(indexer)


def _step(indexer: Indexer) -> bool:
    """Whether it went well. Outages of the database and full disks are waited out."""
    close_old_connections()
    try:
        indexer.step()
    except (DatabaseError, InterfaceError) as error:
        logger.warning("indexer_database_unavailable", extra={"error": str(error)})
        connections.close_all()
    except (IndexUnavailable, OSError):
        logger.exception("indexer_failed")
        _close(indexer)
    else:
        return True
    return False


def _close(indexer: Indexer) -> None:
    try:
        indexer.close()
    except IndexUnavailable as error:
        logger.warning("indexer_not_closed", extra={"error": str(error)})


def forget_old_changes() -> int:
    """Delete the notes that every index has read by now. Returns how many; some remain where there are many."""
    kept_since = timezone.now() - timedelta(seconds=CHANGES_KEPT_SECONDS)
    old = ProductChange.objects.filter(created_at__lt=kept_since).order_by("created_at")
    ids = list(old.values_list("pk", flat=True)[:FORGET_AT_ONCE])
    return ProductChange.objects.filter(pk__in=ids).delete()[0]
