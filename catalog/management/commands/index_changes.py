"""`manage.py index_changes`: keeps the search index up to date where no worker runs on this machine."""

from __future__ import annotations

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catalog.services.search_index import follow_changes


class Command(BaseCommand):
    help = "Follows changes of the catalogue with this machine's search index, as the worker does. Ends on SIGTERM."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the index is up to date")

    def handle(self, *, once: bool, **_: Any) -> None:
        stop = threading.Event()
        if once:
            stop.set()
        else:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        follow_changes(stop)
