"""`manage.py rebuild_search`: builds the search index anew, beside the one in use."""

from __future__ import annotations

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from catalog.search.reader import IndexUnavailable
from catalog.services.search_index import rebuild_index

TELL_SECONDS = 2.0


class Command(BaseCommand):
    help = "Builds this machine's search index anew. Searches are answered by the old one meanwhile."

    def handle(self, *, verbosity: int, **_: Any) -> None:
        self.told_at = started = time.monotonic()
        try:
            written = rebuild_index(self.tell if verbosity else lambda done, of: None)
        except IndexUnavailable as error:
            raise CommandError(f"The index could not be written: {error}") from error
        if verbosity:
            self.stdout.write(f"{written} products in {time.monotonic() - started:.1f} s.")

    def tell(self, done: int, of: int) -> None:
        if time.monotonic() - self.told_at >= TELL_SECONDS:
            self.told_at = time.monotonic()
            self.stdout.write(f"{done} of {of} products ({100 * done // of} %)")
            self.stdout.flush()
