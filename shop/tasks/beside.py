"""What runs beside the worker for as long as it does, in threads of its own: the search's indexer.

    @beside_worker
    def index_changes(stop: threading.Event) -> None: ...

stands in an app's `tasks.py`. The function works until `stop` is set, does then what is still due, and returns.
It waits out what may be away, such as the database: nobody starts it again.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from django.db import connections

Companion = Callable[[threading.Event], None]

COMPANIONS: list[Companion] = []
STOP_SECONDS = 30.0

logger = logging.getLogger(__name__)


def beside_worker(function: Companion) -> Companion:
    """Have every worker run this function beside itself."""
    COMPANIONS.append(function)
    return function


class Companions:
    """`with Companions(): …`: they start, and end when the block does."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._run, args=(companion,), name=companion.__name__, daemon=True)
            for companion in COMPANIONS
        ]

    def __enter__(self) -> None:
        for thread in self._threads:
            thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=STOP_SECONDS)

    def _run(self, companion: Companion) -> None:
        try:
            companion(self._stop)
        except Exception:
            # Nobody else would hear of it.
            logger.exception("companion_failed", extra={"companion": companion.__name__})
        finally:
            connections.close_all()
