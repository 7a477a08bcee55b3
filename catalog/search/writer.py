"""Writing the index: building it anew beside the one in use, and bringing it up to date change by change.

Everything here may be repeated: a commit may be on disk although the process died before noting it.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Query

from catalog.models import Product, ProductChange, ProductStatus
from catalog.search.documents import documents, read_categories
from catalog.search.fields import build_schema
from catalog.search.folder import Home, home, read_state, write_state
from catalog.search.journal import note_batch
from catalog.search.reader import guarded
from catalog.search.version import read_version

logger = logging.getLogger(__name__)

BATCH = 1000
CHANGES_AT_ONCE = 20_000
HEAP_BYTES = 64_000_000
BUILD_HEAP_BYTES = 128_000_000
# Changes are kept for a week; an index that stood still for longer begins anew.
CHANGES_KEPT_SECONDS = 7 * 24 * 3600.0
NOTE_SECONDS = 3600.0


def build(tell: Callable[[int, int], None] = lambda done, of: None) -> int:
    """Build an index of everything that is shown, then let readers use it. Returns the number of products.

    `tell` hears how many of how many are in it. One build a machine at a time: a second one waits.
    """
    place = home()
    with place.locked("build"), guarded(place):
        lineage, version = read_version()  # before the products: what changes meanwhile is done again
        folder = place.new_folder()
        written = _write_all(folder, tell)
        write_state(folder, lineage=lineage, version=version)
        place.switch_to(folder)
    logger.info("search_index_built", extra={"products": written})
    return written


def _write_all(folder: Path, tell: Callable[[int, int], None]) -> int:
    index = tantivy.Index(build_schema(), path=str(folder), reuse=False)
    writer = index.writer(BUILD_HEAP_BYTES, 1)
    total, done, categories = Product.objects.filter(status=ProductStatus.ACTIVE).count(), 0, read_categories()
    for ids in _id_batches():
        shown = documents(ids, categories, index.schema)
        for document in shown.values():
            writer.add_document(document)
        done += len(shown)
        tell(done, max(total, done))
    writer.commit()
    writer.wait_merging_threads()
    return done


def _id_batches() -> Iterator[list[int]]:
    """Of all products: asked for those shown, SQLite would sort all of them for each batch."""
    products, last = Product.objects.order_by("pk"), 0
    while ids := list(products.filter(pk__gt=last).values_list("pk", flat=True)[:BATCH]):
        yield ids
        last = ids[-1]


class Indexer:
    """Keeps this machine's index up to date. One a machine, behind a lock; used by one thread."""

    def __init__(self) -> None:
        self.place: Home = home()
        self._folder: Path | None = None
        self._index: Any = None
        self._writer: Any = None

    def step(self) -> bool:
        """Bring the index up to date. Whether anything had to be done."""
        self.place.beat()
        lineage, version = read_version()
        folder = self.place.current()
        state = read_state(folder) if folder else None
        if folder is None or state is None or self.place.is_damaged(folder) or _is_foreign(state, lineage, version):
            self.close()
            build()
            return True
        if state.version < version:
            with guarded(self.place, folder):
                self._apply(folder, state.version, version)
            return True
        if time.time() - state.noted_at > NOTE_SECONDS:
            write_state(folder, lineage=lineage, version=version)
        return False

    def close(self) -> None:
        """Let go of the files. What was not committed is done again by the next one."""
        if self._writer is not None:
            with guarded(self.place, self._folder):
                self._writer.wait_merging_threads()
        self._folder = self._index = self._writer = None

    def _apply(self, folder: Path, since: int, version: int) -> None:
        self._open(folder)
        lineage, _number = read_version()
        while since < version:
            until = _end_of_batch(since, version)
            changes = ProductChange.objects.filter(version__gt=since, version__lte=until).order_by()
            ids = sorted(set(changes.values_list("product_id", flat=True)))
            note_batch(folder, since=since, until=until, product_ids=ids)
            self._write(ids)
            write_state(folder, lineage=lineage, version=until)
            since = until

    def _write(self, product_ids: Sequence[int]) -> None:
        categories = read_categories() if product_ids else {}
        for start in range(0, len(product_ids), BATCH):
            ids = product_ids[start : start + BATCH]
            shown = documents(ids, categories, self._index.schema)
            for pk in ids:
                self._writer.delete_documents_by_query(Query.term_query(self._index.schema, "id", pk))
                if pk in shown:
                    self._writer.add_document(shown[pk])
            self.place.beat()
        if product_ids:
            self._writer.commit()

    def _open(self, folder: Path) -> None:
        if self._folder != folder:
            self.close()
            index = tantivy.Index.open(str(folder))
            self._writer = index.writer(HEAP_BYTES, 1)
            # A writer that was killed leaves files under names that this one will want.
            self._writer.garbage_collect_files()
            self._folder, self._index = folder, index


def _is_foreign(state: Any, lineage: str, version: int) -> bool:
    """Of another catalogue, of one that was set back, or too old for the changes that are kept."""
    too_old = time.time() - state.noted_at > CHANGES_KEPT_SECONDS
    return bool(state.lineage != lineage or state.version > version or too_old)


def _end_of_batch(since: int, version: int) -> int:
    """The version up to which to go at once: changes of one version stay together."""
    changes = ProductChange.objects.filter(version__gt=since, version__lte=version).order_by("version")
    last = changes.values_list("version", flat=True)[CHANGES_AT_ONCE : CHANGES_AT_ONCE + 1].first()
    return version if last is None else last
