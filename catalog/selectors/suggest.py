"""What to offer while somebody types: categories, products, and what others have searched for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from catalog.models import Category, PopularSearch, Product
from catalog.search.version import read_version
from catalog.search.words import words_of
from catalog.selectors.listing import listing
from catalog.selectors.listing_query import LONGEST_SEARCH, ListingQuery

PRODUCTS, CATEGORIES, SEARCHES = 6, 3, 3
SHORTEST = 2
# Searched for by several, or it might tell something of one.
MADE_BY_SEVERAL = 3
REMEMBERED = timedelta(days=90)


@dataclass(frozen=True)
class Shelf:
    """A category that is shown in the shop."""

    id: int
    name: str
    url_path: str
    words: tuple[str, ...]

    @property
    def slug(self) -> str:
        return self.url_path.rpartition("/")[2]

    @property
    def url(self) -> str:
        return reverse("catalog:category", args=[self.url_path])


@dataclass(frozen=True, kw_only=True)
class Suggestions:
    text: str = ""
    products: list[Product] = field(default_factory=list)
    categories: list[Shelf] = field(default_factory=list)
    searches: list[str] = field(default_factory=list)

    @property
    def count(self) -> int:
        return len(self.products) + len(self.categories) + len(self.searches)


_shelves: dict[tuple[str, int], list[Shelf]] = {}


def suggest(text: str) -> Suggestions:
    """For any text; nothing for less than two letters. Five queries at most, however large the shop."""
    text = " ".join("".join(c if c.isprintable() else " " for c in text[:LONGEST_SEARCH]).split())
    words = words_of(text)
    if len("".join(words)) < SHORTEST:
        return Suggestions(text=text)
    return Suggestions(
        text=text,
        products=listing(ListingQuery(search=text, page_size=PRODUCTS)).products,
        categories=[shelf for shelf in _shown_shelves() if _begins_words_of(shelf, words)][:CATEGORIES],
        searches=_popular(text),
    )


def _begins_words_of(shelf: Shelf, words: list[str]) -> bool:
    return all(any(own.startswith(word) for own in shelf.words) for word in words)


def _shown_shelves() -> list[Shelf]:
    """Every category that is shown, those high in the tree first. Read once for each version of the catalogue."""
    version = read_version()
    if version not in _shelves:
        found = _read_shelves()
        _shelves.clear()
        _shelves[version] = found
    return _shelves[version]


def _read_shelves() -> list[Shelf]:
    shown: dict[str, Shelf] = {}
    rows = Category.objects.filter(is_active=True).order_by("path").values_list("path", "pk", "name", "url_path")
    for path, pk, name, url_path in rows:
        if len(path) == Category.steplen or path[: -Category.steplen] in shown:
            shown[path] = Shelf(pk, name, url_path, tuple(words_of(name)))
    return sorted(shown.values(), key=lambda shelf: shelf.url_path.count("/"))


def _popular(text: str) -> list[str]:
    """Searches that go on from what is typed, the most frequent first."""
    recent = PopularSearch.objects.filter(last_at__gte=timezone.now() - REMEMBERED, count__gte=MADE_BY_SEVERAL)
    begun = recent.filter(query__startswith=text.casefold()).order_by("-count", "pk")
    return list(begun.values_list("query", flat=True)[:SEARCHES])
