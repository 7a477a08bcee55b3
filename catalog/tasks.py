"""What the worker does for the catalogue."""

from __future__ import annotations

import threading

from catalog.services.record_search import forget_searches
from catalog.services.search_index import follow_changes, forget_old_changes
from shop.tasks.beside import beside_worker
from shop.tasks.schedule import every


@beside_worker
def index_changes(stop: threading.Event) -> None:
    follow_changes(stop)


@every(minutes=10)
def forget_changes() -> None:
    forget_old_changes()


@every(days=1)
def forget_old_searches() -> None:
    forget_searches()
