"""Which products were lately written into an index, so that what was counted in it need not be counted anew.

The indexer notes them *before* it commits: whatever a reader can see is noted already.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path

from catalog.search.folder import read_text, write_text

MOST_BATCHES = 20
MOST_PRODUCTS = 500


@dataclass(frozen=True, kw_only=True)
class Journal:
    """Complete from version `since` to `until`. A batch: the index's version before it, and the products written."""

    since: int
    until: int
    batches: list[tuple[int, list[int]]]

    def written(self, *, after: int, until: int) -> frozenset[int] | None:
        """What may differ between an index of version `after` and one of `until`. None where that is not known."""
        if not self.since <= after <= until <= self.until:
            return None
        return frozenset(pk for before, ids in self.batches if before >= after for pk in ids)


def journal_file(folder: Path) -> Path:
    return folder.with_suffix(".journal")


def read_journal(folder: Path) -> Journal | None:
    try:
        return _journal(read_text(str(journal_file(folder))))
    except (OSError, ValueError, TypeError):
        return None


@lru_cache(8)
def _journal(text: str) -> Journal:
    return Journal(**json.loads(text))


def note_batch(folder: Path, *, since: int, until: int, product_ids: Sequence[int]) -> None:
    """An index of version `since` is about to become one of `until`; these products will be written."""
    journal = read_journal(folder)
    if journal is None or journal.until < since:
        # Nobody noted what happened in between.
        journal = Journal(since=since, until=since, batches=[])
    batches, first = list(journal.batches), journal.since
    if product_ids:
        batches.append((since, list(product_ids)))
    while len(batches) > MOST_BATCHES or sum(len(ids) for _before, ids in batches) > MOST_PRODUCTS:
        first = batches.pop(0)[0] + 1
    noted = Journal(since=first, until=max(until, journal.until), batches=batches)
    write_text(journal_file(folder), json.dumps(asdict(noted)))
