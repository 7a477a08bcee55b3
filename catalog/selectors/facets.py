"""How many products each choice would show, each facet counted as if nothing of itself were chosen."""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db.models import CharField, Count, F, QuerySet, Value

from catalog.models import Brand, Category, Product, Tag
from catalog.search.find import Finder
from catalog.search.reader import IndexUnavailable, guarded
from catalog.selectors.index import finder_for
from catalog.selectors.listing import FEATURED_TAG, filtered, variants_with
from catalog.selectors.listing_query import ListingQuery

MOST_CHOICES = 12
MOST_OPTION_FACETS = 4


class Shelf(Protocol):
    """A category, or a link to one."""

    @property
    def id(self) -> int: ...
    @property
    def path(self) -> str: ...


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    count: int
    chosen: bool

    @property
    def is_dead(self) -> bool:
        """Whether choosing it would show nothing."""
        return not self.count and not self.chosen


@dataclass(frozen=True)
class OptionFacet:
    """What variants differ in, such as "Size"."""

    name: str
    choices: list[Choice]

    @property
    def parameter(self) -> str:
        return f"option.{self.name}"


@dataclass(frozen=True)
class Facets:
    """`by_category` counts products in and below a category, by its id; `by_path` by the path of their own.

    The database fills `by_path`, the index `by_category`. A count that was not taken is None.
    """

    brands: list[Choice] = field(default_factory=list)
    tags: list[Choice] = field(default_factory=list)
    options: list[OptionFacet] = field(default_factory=list)
    stars: list[Choice] = field(default_factory=list)
    in_stock: int | None = None
    on_sale: int | None = None
    by_path: dict[str, int] = field(default_factory=dict)
    by_category: dict[int, int] = field(default_factory=dict)

    @property
    def has_stars(self) -> bool:
        return any(choice.count or choice.chosen for choice in self.stars)

    @property
    def stars_chosen(self) -> bool:
        return any(choice.chosen for choice in self.stars)

    def below(self, shelf: Shelf) -> int:
        """Products in a category and everything under it."""
        if self.by_category:
            return self.by_category.get(shelf.id, 0)
        return sum(count for other, count in self.by_path.items() if other.startswith(shelf.path))


def counts_below() -> Facets:
    """How many products are shown in each category and below it; nothing else is counted. One query."""
    everything = ListingQuery()
    finder = finder_for(everything)
    if finder is not None:
        with contextlib.suppress(IndexUnavailable), guarded():
            return Facets(by_category={int(pk): count for pk, count in finder.counts_below().items()})
    rows = _grouped(filtered(everything), "category", code="category__path", label="category__name")
    return Facets(by_path={row["code"]: row["count"] for row in rows})


def facets(query: ListingQuery, *, category: Category | None = None) -> Facets:
    """One query by the database, two with the index."""
    return facets_with(finder_for(query, category), query, category=category)


def facets_with(finder: Finder | None, query: ListingQuery, *, category: Category | None = None) -> Facets:
    """The same with a search that is at hand, None for the database."""
    if finder is not None:
        try:
            return _from_index(finder, query)
        except IndexUnavailable:
            pass  # reported: from here on the database answers
    return _from_database(query, category)


def _from_index(finder: Finder, query: ListingQuery) -> Facets:
    with guarded():
        counts, values = finder.facets(), finder.values()
        for facet, code in _rare_choices(query, counts):
            counts.setdefault(facet, {})[code] = finder.count_of(facet, code)
    rows = {facet: _completed(counts.get(facet, {}), values.get(facet, {})) for facet in counts.keys() | values.keys()}
    labels = _labels(rows.get("brand", {}), rows.get("tag", {}))
    rows["tag"].pop(FEATURED_TAG, None)
    return Facets(
        brands=_choices(rows["brand"], labels["brand"], query.brands),
        tags=_choices(rows["tag"], labels["tag"], query.tags),
        options=_option_facets(rows, query),
        stars=_stars(rows["stars"], query),
        in_stock=counts["in_stock"].get("1", 0),
        on_sale=counts["on_sale"].get("1", 0),
        by_category={int(pk): count for pk, count in counts["category"].items()},
    )


def _rare_choices(query: ListingQuery, counts: Mapping[str, Mapping[str, int]]) -> list[tuple[str, str]]:
    """What was chosen and is not among the most frequent."""
    chosen = [("brand", query.brands), ("tag", query.tags)]
    chosen += [(f"option:{name}", values) for name, values in query.options]
    return [(facet, code) for facet, codes in chosen for code in codes if code not in counts.get(facet, {})]


def _completed(counts: Mapping[str, int], values: Mapping[str, int]) -> dict[str, int]:
    """The counts, and none for what could be chosen without the other choices."""
    return {**dict.fromkeys(values, 0), **counts}


def _labels(brands: Iterable[str], tags: Iterable[str]) -> dict[str, dict[str, str]]:
    """Names by slug. One query."""
    labels: dict[str, dict[str, str]] = {"brand": {}, "tag": {}}
    named = [
        model.objects.filter(slug__in=list(slugs)).order_by().values_list(Value(kind, CharField()), "slug", "name")
        for kind, model, slugs in (("brand", Brand, brands), ("tag", Tag, tags))
    ]
    for kind, slug, name in named[0].union(named[1], all=True):
        labels[kind][slug] = name
    return labels


def _option_facets(rows: Mapping[str, Mapping[str, int]], query: ListingQuery) -> list[OptionFacet]:
    """The options that most goods have, where there is something to choose."""
    chosen = dict(query.options)
    found = []
    for facet, counts in rows.items():
        name = facet.removeprefix("option:")
        if name != facet and (name in chosen or (len(counts) > 1 and any(counts.values()))):
            found.append((sum(counts.values()), name, counts))
    most = sorted(found, key=lambda row: (row[1] not in chosen, -row[0], row[1]))[:MOST_OPTION_FACETS]
    return [
        OptionFacet(name, _choices(counts, {}, chosen.get(name, ())))
        for _total, name, counts in sorted(most, key=lambda row: row[1])
    ]


def _stars(counts: Mapping[str, int], query: ListingQuery) -> list[Choice]:
    return [
        Choice(stars, stars, count, chosen=query.min_rating is not None and query.min_rating == int(stars))
        for stars, count in counts.items()
    ]


def _choices(counts: Mapping[str, int], labels: Mapping[str, str], chosen: Iterable[str]) -> list[Choice]:
    """The most frequent, in the order of their names; what was chosen is always among them."""
    mine = frozenset(chosen)
    found = [Choice(code, labels.get(code, code), count, code in mine) for code, count in counts.items()]
    most = sorted(found, key=lambda choice: (not choice.chosen, -choice.count, choice.label))[:MOST_CHOICES]
    return sorted(most, key=lambda choice: choice.label.casefold())


def _from_database(query: ListingQuery, category: Category | None) -> Facets:
    any_brand = filtered(query.without(brands=()), category=category)
    any_tag = filtered(query.without(tags=()), category=category)
    parts = _grouped(any_brand, "brand", code="brand__slug", label="brand__name").union(
        _grouped(any_tag, "tag", code="tags__slug", label="tags__name"),
        _grouped(filtered(query, category=category), "category", code="category__path", label="category__name"),
        *_options(query, category),
        all=True,
    )
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    labels: dict[str, dict[str, str]] = defaultdict(dict)
    for row in parts:
        counts[row["kind"]][row["code"]] = row["count"]
        labels[row["kind"]][row["code"]] = row["label"]
    counts["tag"].pop(FEATURED_TAG, None)
    return Facets(
        brands=_choices(counts["brand"], labels["brand"], query.brands),
        tags=_choices(counts["tag"], labels["tag"], query.tags),
        options=_option_facets(counts, query),
        by_path=dict(counts["category"]),
    )


def _grouped(products: QuerySet[Product], kind: str, *, code: str, label: str) -> QuerySet[Any, Any]:
    present = products.select_related(None).defer(None).filter(**{f"{code}__isnull": False})
    named = present.values(kind=Value(kind, CharField()), code=F(code), label=F(label))
    return named.annotate(count=Count("pk")).order_by()


def _options(query: ListingQuery, category: Category | None) -> list[QuerySet[Any, Any]]:
    """The values of the options chosen from: the database counts no others."""
    found = []
    products = filtered(query.without(options=()), category=category).select_related(None).defer(None)
    for name, _values in query.options:
        others = tuple(option for option in query.options if option[0] != name)
        variants = variants_with(others).filter(product__in=products.values("pk"), chosen__option__name=name)
        value = F("chosen__value__value")
        named = variants.values(kind=Value(f"option:{name}", CharField()), code=value, label=value)
        found.append(named.annotate(count=Count("product", distinct=True)).order_by())
    return found
