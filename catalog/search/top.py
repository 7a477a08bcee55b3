"""The first of many: a page of ids in an order, without looking at everything that comes after it.

Where the page ended the last time is where it is likely to end now. So only what comes up to there is looked at. If
that is enough for a page, it is the page, since all else comes later; if not, everything is looked at.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from catalog.search import fields
from catalog.search.latest import Latest
from catalog.search.reader import Snapshot
from catalog.search.tally import Tally, keep, recall

# So many more are taken in, that a few may leave before everything has to be looked at again.
SPARE = 12
MOST_ENDS = 1000

_ends: Latest[int] = Latest(MOST_ENDS)


@dataclass(frozen=True, kw_only=True)
class Part:
    """`size` (≥ 1) from `start` on, in one of fields.ORDERS."""

    order: str
    start: int
    size: int


def page_of(
    snapshot: Snapshot, key: Hashable, query: Query, part: Part, *, within: Hashable = None
) -> tuple[list[int], int]:
    """The ids of a part, and how many there are in all. `key` and `within` as in `tally`."""
    order, start, size = part.order, part.start, part.size
    known = recall(snapshot, key, query, within=within)
    if known is not None and start >= known.total:
        return [], known.total
    place = (snapshot.folder, key, order, start + size)
    end = _ends.get(place)
    if known is not None and end is not None:
        hits = _search(snapshot, _up_to(snapshot, query, order, end), order, start, size).hits
        if len(hits) == min(size, known.total - start):
            return _ids(snapshot, hits), known.total
    result = _search(snapshot, query, order, start, size + SPARE)
    keep(snapshot, key, query, Tally(int(result.count), {}))
    if result.hits and fields.ORDERS[order][0] in fields.SORTED_NUMBERS:
        _ends.put(place, result.hits[-1][0])
    return _ids(snapshot, result.hits[:size]), int(result.count)


def _search(snapshot: Snapshot, query: Query, order: str, start: int, size: int) -> Any:
    name, highest_first = fields.ORDERS[order]
    direction = tantivy.Order.Desc if highest_first else tantivy.Order.Asc
    return snapshot.searcher.search(query, size, order_by_field=name, order=direction, offset=start)


def _up_to(snapshot: Snapshot, query: Query, order: str, end: int) -> Query:
    name, highest_first = fields.ORDERS[order]
    lower, upper = (end, None) if highest_first else (None, end)
    ahead = Query.range_query(snapshot.schema, name, FieldType.Unsigned, lower, upper)
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, ahead)])


def _ids(snapshot: Snapshot, hits: Sequence[tuple[object, tantivy.DocAddress]]) -> list[int]:
    return [int(pk) for pk in snapshot.searcher.fast_field_values("id", [address for _value, address in hits])]
