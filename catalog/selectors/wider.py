"""Where to look on when a search found nothing: what has most of the words, and the same with fewer."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Count, Value

from catalog.models import Category
from catalog.search.find import Finder
from catalog.search.reader import IndexUnavailable, guarded
from catalog.selectors.index import finder_for
from catalog.selectors.listing import COUNT_LIMIT, ListingPage, filtered, list_with
from catalog.selectors.listing_query import ListingQuery
from shop.common.errors import NotFound

MOST = 3
LOOKED_AT = 5


@dataclass(frozen=True)
class WiderSearch:
    search: str
    count: int

    @property
    def parameters(self) -> str:
        return urlencode({"search": self.search})


@dataclass(frozen=True)
class LookedUp:
    """A page of a list, and the search it came from, None where the database answered.

    `has_all` is false where nothing has all of the words and these products have most of them.
    """

    finder: Finder | None
    page: ListingPage
    has_all: bool = True


def look_up(query: ListingQuery, *, within: Category | None = None) -> LookedUp:
    """The page that `query` asks for; where that finds nothing, of the products that have most of its words.

    Raises NotFound as `listing` does.
    """
    finder = finder_for(query, within)
    found = LookedUp(finder, list_with(finder, query, category=within, beyond_is_empty=True))
    if not found.page.count and finder is not None and len(query.words) > 1:
        some = finder_for(query, within, some=True)
        if some is not None:
            page = list_with(some, query, category=within, beyond_is_empty=True)
            found = LookedUp(some, page, has_all=False) if page.count else found
    if query.page > 1 and found.page.first > found.page.count:
        raise NotFound
    return found


def wider_searches(query: ListingQuery, *, within: Category | None = None) -> list[WiderSearch]:
    """Searches that do find something: everywhere instead of `within` a category, then word by word.

    One query where the database answers.
    """
    texts = [query.search] if within or query != ListingQuery(search=query.search) else []
    texts += query.words[:LOOKED_AT] if len(query.words) > 1 else []
    asked = [text for text in dict.fromkeys(texts) if text]
    found = _counted_by_index(asked)
    if found is None:
        found = _counted_by_database(asked)
    return [WiderSearch(text, min(count, COUNT_LIMIT)) for text, count in found.items() if count][:MOST]


def _counted_by_index(texts: Sequence[str]) -> dict[str, int] | None:
    """No query but what the index needs; None where it cannot answer."""
    finders = {text: finder_for(ListingQuery(search=text)) for text in texts}
    with contextlib.suppress(IndexUnavailable), guarded():  # reported: from here on the database answers
        if None not in finders.values():
            return {text: finder.count() for text, finder in finders.items() if finder}
    return None


def _counted_by_database(texts: Sequence[str]) -> dict[str, int]:
    """One query for all of them."""
    counts = [
        filtered(ListingQuery(search=text))
        .select_related(None)
        .defer(None)
        .values(text=Value(text))
        .annotate(count=Count("pk"))
        for text in texts
    ]
    return dict(counts[0].union(*counts[1:], all=True).values_list("text", "count")) if counts else {}
