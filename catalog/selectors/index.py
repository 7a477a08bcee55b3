"""The way from what a visitor asks to the search index, and when the database has to answer instead."""

from __future__ import annotations

import logging

from catalog.models import Category, ProductStatus, Synonym
from catalog.search.find import Finder, Wanted, can_combine
from catalog.search.folder import home, read_state
from catalog.search.matching import Synonyms
from catalog.search.reader import IndexUnavailable, Snapshot, guarded, snapshot
from catalog.search.version import Version, read_version, read_version_now
from catalog.search.words import singular, words_of
from catalog.selectors.listing_query import ListingQuery

logger = logging.getLogger(__name__)

_synonyms: dict[tuple[str, int], Synonyms] = {}


def finder_for(query: ListingQuery, category: Category | None = None, *, some: bool = False) -> Finder | None:
    """A search in the index; None when the database has to answer. One query, two where synonyms have changed.

    `some`: for what has most of the words, where nothing has all of them.
    """
    if query.modified_since is not None or query.status != ProductStatus.ACTIVE or not can_combine(query.options):
        return None
    snapshot = usable_snapshot()
    if snapshot is None:
        return None
    wanted = Wanted(
        text=query.search,
        some=some,
        category_id=category.pk if category else None,
        brands=query.brands,
        tags=query.tags,
        options=query.options,
        min_price=query.min_price,
        max_price=query.max_price,
        min_rating=query.min_rating,
        in_stock=query.in_stock,
        on_sale=query.on_sale,
    )
    synonyms = synonyms_at(snapshot) if query.search else {}
    try:
        with guarded():
            return Finder(snapshot, wanted, synonyms)
    except IndexUnavailable:  # reported: from here on the database answers
        return None


def usable_snapshot() -> Snapshot | None:
    """The index as it is now, if it is this catalogue's and somebody keeps it up to date."""
    try:
        found = snapshot()
    except IndexUnavailable as error:
        logger.debug("search_without_index", extra={"reason": str(error)})
        return None
    lineage, version = read_version()
    if found.state.version > version:
        lineage, version = read_version_now()  # the index may have gone on since the page began
    if found.state.lineage != lineage or found.state.version > version:
        return None
    is_behind = found.state.version < version
    return None if is_behind and not home().is_attended() else found


def page_version(version: Version | None = None) -> str:
    """What pages that show the catalogue were made from: its version, and that of the index that found.

    One query, none where the catalogue's version is given.

    Empty before anything was ever changed. While the index is behind, its own version tells the pages apart, and
    whether somebody brings it up to date: if not, the database answers.
    """
    lineage, number = version or read_version()
    place = home()
    folder = place.current()
    state = read_state(folder) if folder else None
    index = (state.version, state.lineage == lineage, state.version >= number or place.is_attended()) if state else None
    return f"{lineage}/{number}/{index}" if lineage else ""


def synonyms_at(snapshot: Snapshot) -> Synonyms:
    """What staff said means the same, from each phrase to the others. Kept until the catalogue's next version."""
    key = (snapshot.state.lineage, read_version()[1])
    if key not in _synonyms:
        found = read_synonyms()
        _synonyms.clear()
        _synonyms[key] = found
    return _synonyms[key]


def read_synonyms() -> Synonyms:
    groups: dict[tuple[str, ...], dict[tuple[str, ...], None]] = {}
    for row in Synonym.objects.order_by("pk").values_list("words", flat=True):
        phrases = [phrase for phrase in (words_of(part) for part in row.split(",")) if phrase]
        keys = [tuple(singular(word) for word in phrase) for phrase in phrases]
        for key in keys:
            groups.setdefault(key, {}).update(
                {tuple(other): None for other, its in zip(phrases, keys, strict=True) if its != key}
            )
    return {key: tuple(others) for key, others in groups.items()}
