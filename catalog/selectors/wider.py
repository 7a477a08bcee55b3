"""Where to look on when a search found nothing: the same with fewer words."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from catalog.models import Category
from catalog.selectors.listing import listing
from catalog.selectors.listing_query import ListingQuery

MOST = 3
LOOKED_AT = 5


@dataclass(frozen=True)
class WiderSearch:
    search: str
    count: int

    @property
    def parameters(self) -> str:
        return urlencode({"search": self.search})


def wider_searches(query: ListingQuery, *, within: Category | None = None) -> list[WiderSearch]:
    """Searches that do find something: everywhere instead of `within` a category, then word by word."""
    texts = [query.search] if within or query != ListingQuery(search=query.search) else []
    texts += query.words[:LOOKED_AT] if len(query.words) > 1 else []
    found = [WiderSearch(text, _count(text)) for text in dict.fromkeys(texts) if text]
    return [search for search in found if search.count][:MOST]


def _count(text: str) -> int:
    return listing(ListingQuery(search=text, page_size=1)).count
