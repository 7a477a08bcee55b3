"""Counts that are kept while the index changes.

Counting takes longer the more there is. A change of a few products changes a count by what these few were and by
what they are now: both are asked of the index, as it was and as it is, among these few alone. So a count is always
that of the index it is shown with.
"""

from __future__ import annotations

import threading
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tantivy import Occur, Query

from catalog.search import fields
from catalog.search.journal import read_journal
from catalog.search.latest import Latest
from catalog.search.reader import Snapshot

Counts = dict[str, dict[str, int]]

MOST_VALUES = 200
EXACT_UNTIL = 20_000
MOST_KEPT = 400
# So few are counted sooner than what has changed of them.
FEW = 10_000
# When so large a part of the goods has changed, the most frequent values may be others.
MOST_DRIFT = 0.01
STARS = (4, 3, 2)


@dataclass(frozen=True)
class Tally:
    """How many products a query finds, and of each facet asked for how many have each value.

    `cut` are the facets that have more values than were counted.
    """

    total: int
    counts: Counts
    cut: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Kept:
    """`query` is what was asked of the `snapshot`; `drift` how many products changed since all were counted."""

    snapshot: Snapshot
    query: Query
    tally: Tally
    drift: int = 0


_kept: Latest[_Kept] = Latest(MOST_KEPT)
# By query, the two states of the index between which none of what it finds has changed.
_untouched: dict[Hashable, tuple[object, object]] = {}
_seen: list[object] = []
_lock = threading.Lock()


def tally(
    snapshot: Snapshot, key: Hashable, query: Query, facets: tuple[str, ...] = (), *, within: Hashable = None
) -> Tally:
    """Count what `query` finds, and the values of `facets`: fields.NUMBERS and CODES, or "stars".

    `key` says what is asked for: with the same key another query may come only where it means the same of every
    product. `within` is the key of a query that was counted before and finds all of this and more. More than
    MOST_VALUES values of a facet: the most frequent.
    """
    known = recall(snapshot, key, query, facets, within=within)
    return known or keep(snapshot, key, query, measure(snapshot, query, facets), facets)


def recall(
    snapshot: Snapshot, key: Hashable, query: Query, facets: tuple[str, ...] = (), *, within: Hashable = None
) -> Tally | None:
    """The same where it is known, or was and little has changed since; None where all must be counted."""
    place = (snapshot.folder, key, facets)
    kept = _kept.get(place)
    if kept is None:
        return None
    if kept.snapshot.searcher is not snapshot.searcher:
        _let_go(snapshot)
        if _is_untouched(within, kept.snapshot, snapshot):
            _note_untouched(key, kept.snapshot, snapshot)
        else:
            kept = _followed(kept, key, snapshot, query, facets)
    if kept is None:
        return None
    _kept.put(place, _Kept(snapshot, query, kept.tally, kept.drift))
    return kept.tally


def keep(snapshot: Snapshot, key: Hashable, query: Query, found: Tally, facets: tuple[str, ...] = ()) -> Tally:
    """Let a count that was made be known."""
    _kept.put((snapshot.folder, key, facets), _Kept(snapshot, query, found))
    return found


def measure(snapshot: Snapshot, query: Query, facets: tuple[str, ...]) -> Tally:
    """Count all of it."""
    if not facets:
        return Tally(int(snapshot.searcher.search(query, 1).count), {})
    asked = {name: _aggregation(name) for name in facets}
    answer = snapshot.searcher.aggregate(query, {"": {"value_count": {"field": "id"}}, **asked})
    counts = {name: {str(b["key"]): int(b["doc_count"]) for b in answer[name]["buckets"]} for name in asked}
    cut = frozenset(name for name, found in counts.items() if len(found) >= MOST_VALUES)
    return Tally(int(answer[""]["value"]), {name: _without_none(found) for name, found in counts.items()}, cut)


def _let_go(snapshot: Snapshot) -> None:
    """What cannot be brought up to date any more would only keep the files of an older index open."""
    if _seen and _seen[0] is snapshot.searcher:
        return
    _seen[:] = [snapshot.searcher]
    journal = read_journal(snapshot.folder)
    since = journal.since if journal else snapshot.state.version
    with _lock:
        _untouched.clear()
    _kept.drop(lambda kept: kept.snapshot.folder != snapshot.folder or kept.snapshot.state.version < since)


def _aggregation(name: str) -> dict[str, Any]:
    if name != "stars":
        return {"terms": {"field": name, "size": MOST_VALUES, "segment_size": EXACT_UNTIL}}
    ends = [fields.keyed(stars * 100, 0) for stars in STARS]
    ranges = [
        {"key": str(stars), "from": end, **({"to": above} if above else {})}
        for stars, end, above in zip(STARS, ends, [None, *ends], strict=False)
    ]
    return {"range": {"field": "by_rating", "ranges": ranges}}


def _is_untouched(key: Hashable, before: Snapshot, now: Snapshot) -> bool:
    """Whether nothing of what `key` finds has changed in between."""
    steps = _untouched.get((now.folder, key))
    return steps is not None and steps[0] is before.searcher and steps[1] is now.searcher


def _followed(kept: _Kept, key: Hashable, snapshot: Snapshot, query: Query, facets: tuple[str, ...]) -> _Kept | None:
    """What was counted, as it is now. None where too much has changed, or nobody knows what."""
    journal = read_journal(snapshot.folder)
    after, until = kept.snapshot.state.version, snapshot.state.version
    written = journal.written(after=after, until=until) if journal else None
    if written is None:
        return None
    if not written:
        _note_untouched(key, kept.snapshot, snapshot)
        return kept
    documents = snapshot.searcher.num_docs
    if documents < FEW or kept.drift + len(written) > documents * MOST_DRIFT:
        return None
    gone = measure(kept.snapshot, _among(kept.snapshot, kept.query, written), facets)
    come = measure(snapshot, _among(snapshot, query, written), facets)
    if gone.cut or come.cut:
        return None
    if not gone.total and not come.total:
        _note_untouched(key, kept.snapshot, snapshot)
    return _Kept(snapshot, query, _moved(kept.tally, gone, come), kept.drift + len(written))


def _note_untouched(key: Hashable, before: Snapshot, now: Snapshot) -> None:
    with _lock:
        _untouched[now.folder, key] = (before.searcher, now.searcher)
        if len(_untouched) > MOST_KEPT:
            _untouched.clear()


def _among(snapshot: Snapshot, query: Query, product_ids: Iterable[int]) -> Query:
    these = [(Occur.Should, Query.term_query(snapshot.schema, "id", pk)) for pk in product_ids]
    return Query.boolean_query([(Occur.Must, query), (Occur.Must, Query.boolean_query(these))])


def _moved(known: Tally, gone: Tally, come: Tally) -> Tally:
    counts = {}
    for name, values in known.counts.items():
        # Of values beyond the most frequent nothing is known that could be moved.
        names = values.keys() if name in known.cut else values.keys() | come.counts[name].keys()
        left, right = gone.counts[name], come.counts[name]
        counts[name] = _without_none(
            {value: values.get(value, 0) - left.get(value, 0) + right.get(value, 0) for value in names}
        )
    return Tally(known.total - gone.total + come.total, counts, known.cut)


def _without_none(counts: Mapping[str, int]) -> dict[str, int]:
    return {name: count for name, count in counts.items() if count}
