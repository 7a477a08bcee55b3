"""Asking the index: ids in order, exact counts, and how many each further choice would leave."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

import tantivy
from tantivy import FieldType, Occur, Query

from catalog.search import fields
from catalog.search.matching import Matcher, Synonyms, all_of
from catalog.search.reader import Snapshot

MOST_VALUES = 200
EXACT_UNTIL = 20_000
FACETS = ("category", "brand", "tag", "option", "in_stock", "on_sale")
STARS = (4, 3, 2)

MOST_COMBINATIONS = 1000
MOST_COUNTED = 24
MOST_REMEMBERED = 100

Options = tuple[tuple[str, tuple[str, ...]], ...]
Counts = dict[str, dict[str, int]]

_counted: dict[tuple[Any, ...], Counts] = {}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for. Values of one facet are alternatives, facets narrow each other.

    `options` holds an option's name and its values; amounts are in the shop's currency.
    """

    text: str = ""
    category_id: int | None = None
    brands: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    options: Options = ()
    min_price: Decimal | None = None
    max_price: Decimal | None = None
    min_rating: Decimal | None = None
    in_stock: bool | None = None
    on_sale: bool | None = None


@dataclass(frozen=True)
class Found:
    ids: list[int]
    count: int


def can_combine(options: Options) -> bool:
    """Whether the index knows variants well enough to tell which have all of these."""
    return len(options) <= fields.MOST_COMBINED and prod(len(values) for _name, values in options) <= MOST_COMBINATIONS


class Finder:
    """One search on one snapshot."""

    def __init__(self, snapshot: Snapshot, wanted: Wanted, synonyms: Synonyms) -> None:
        self.searcher, self.schema, self.wanted = snapshot.searcher, snapshot.schema, wanted
        self.state = (snapshot.state.lineage, snapshot.state.version, tuple(synonyms.items()))
        self.tiers: list[Query] = []
        if wanted.text:
            # Words without a letter or figure find nothing rather than everything.
            matcher = Matcher(self.searcher, self.schema, wanted.text, synonyms)
            self.tiers = matcher.tiers() or [Query.empty_query()]

    def find(self, *, order: str, start: int, size: int) -> Found:
        """`size` (≥ 1) ids from `start` on, in one of fields.ORDERS; both small: callers bound them."""
        filters = self._filters(self.wanted)
        everything = all_of([*self.tiers[-1:], *filters])
        if order != "relevance" or not self.tiers:
            order = "popularity" if order == "relevance" else order
            return Found(*self._page(everything, order, start, size))
        ids: list[int] = []
        before: list[tuple[Any, Query]] = []
        for tier in self.tiers:
            only = Query.boolean_query([(Occur.Must, all_of([tier, *filters])), *before])
            more, count = self._page(only, "relevance", start, size - len(ids))
            ids += more
            start = max(0, start - count)
            before = [(Occur.MustNot, tier)]
            if len(ids) == size:
                break
        return Found(ids, int(self.searcher.search(everything, 1).count))

    def facets(self) -> Counts:
        """Counts by facet and value; each facet as if nothing of itself were chosen. Options by "option:Name"."""
        return {facet: dict(counts) for facet, counts in self._remembered("facets", self._facets).items()}

    def _facets(self) -> Counts:
        counts = self._aggregate(self.wanted, FACETS)
        counts |= _by_option(counts.pop("option"))
        for facet, without in self._own_choices():
            if facet.startswith("option:"):
                own = _by_option(self._aggregate(without, ("option",))["option"])
                counts[facet] = own.get(facet, {})
            else:
                counts[facet] = self._aggregate(without, (facet,))[facet]
        for facet in counts:
            if facet.startswith("option:"):
                counts[facet] = self._with_other_options(facet.removeprefix("option:"), counts[facet])
        counts["stars"] = self._stars()
        return counts

    def counts_below(self) -> dict[str, int]:
        """How many are in each category and below it, by its id."""
        return self._remembered("below", lambda: self._aggregate(self.wanted, ("category",)))["category"]

    def values(self) -> Counts:
        """The same for the words and the category alone: which values there are at all."""
        if self.wanted == Wanted(text=self.wanted.text, category_id=self.wanted.category_id):
            return self.facets()
        counts = self._aggregate(Wanted(text=self.wanted.text, category_id=self.wanted.category_id), FACETS)
        return counts | _by_option(counts.pop("option"))

    def count_of(self, facet: str, value: str) -> int:
        """How many have this value, without what else is chosen of its facet: for values too rare for the list."""
        without = next((wanted for name, wanted in self._own_choices() if name == facet), self.wanted)
        _option, _colon, name = facet.partition(":")
        if name:
            without = replace(without, options=(*without.options, (name, (value,))))
            return self._count(self._filters(without))
        return self._count([*self._filters(without), Query.term_query(self.schema, facet, value, "basic")])

    def _remembered(self, kind: str, count: Callable[[], Counts]) -> Counts:
        """Counting takes longer the more there is, and a list's pages and orders all show the same counts."""
        key = (kind, self.state, self.wanted)
        found = _counted.get(key)
        if found is None:
            found = count()
            if len(_counted) >= MOST_REMEMBERED:
                _counted.clear()
            _counted[key] = found
        return found

    def _count(self, filters: Sequence[Query]) -> int:
        return int(self.searcher.search(all_of([*self.tiers[-1:], *filters]), 1).count)

    def _with_other_options(self, name: str, counts: dict[str, int]) -> dict[str, int]:
        """Of products that have a value in some variant, those that have it in one with the other options chosen."""
        others = tuple(option for option in self.wanted.options if option[0] != name)
        if not others or len(others) >= fields.MOST_COMBINED:
            return counts
        most = sorted(counts, key=lambda value: (-counts[value], value))[:MOST_COUNTED]
        return {value: self.count_of(f"option:{name}", value) for value in most}

    def _own_choices(self) -> list[tuple[str, Wanted]]:
        """For each facet with a choice in it, everything else that is wanted."""
        wanted = self.wanted
        chosen: list[tuple[str, object, dict[str, Any]]] = [
            ("brand", wanted.brands, {"brands": ()}),
            ("tag", wanted.tags, {"tags": ()}),
            ("in_stock", wanted.in_stock is not None, {"in_stock": None}),
            ("on_sale", wanted.on_sale is not None, {"on_sale": None}),
        ]
        found = [(facet, replace(wanted, **without)) for facet, is_chosen, without in chosen if is_chosen]
        for name, _values in wanted.options:
            rest = tuple(option for option in wanted.options if option[0] != name)
            found.append((f"option:{name}", replace(wanted, options=rest)))
        return found

    def _aggregate(self, wanted: Wanted, names: Iterable[str]) -> Counts:
        terms = {"size": MOST_VALUES, "segment_size": EXACT_UNTIL}
        asked = {name: {"terms": {"field": name, **terms}} for name in names}
        answer = self.searcher.aggregate(all_of([*self.tiers[-1:], *self._filters(wanted)]), asked)
        return {name: {str(b["key"]): int(b["doc_count"]) for b in answer[name]["buckets"]} for name in asked}

    def _stars(self) -> dict[str, int]:
        without = replace(self.wanted, min_rating=None)
        query = all_of([*self.tiers[-1:], *self._filters(without)])
        return {
            str(stars): int(self.searcher.search(all_of([query, self._range("by_rating", lower=stars * 100)]), 1).count)
            for stars in STARS
        }

    def _page(self, query: Query, order: str, start: int, size: int) -> tuple[list[int], int]:
        name, highest_first = fields.ORDERS[order]
        direction = tantivy.Order.Desc if highest_first else tantivy.Order.Asc
        result = self.searcher.search(query, size, order_by_field=name, order=direction, offset=start)
        ids = self.searcher.fast_field_values("id", [address for _value, address in result.hits])
        return [int(pk) for pk in ids], int(result.count)

    def _filters(self, wanted: Wanted) -> list[Query]:
        found = []
        if wanted.category_id is not None:
            found.append(Query.term_query(self.schema, "category", wanted.category_id))
        codes = [("brand", wanted.brands), ("tag", wanted.tags)]
        found += [Query.term_set_query(self.schema, name, list(values)) for name, values in codes if values]
        if wanted.options:
            found.append(self._variants_with(wanted.options))
        for name, value in (("in_stock", wanted.in_stock), ("on_sale", wanted.on_sale)):
            if value is not None:
                found.append(Query.term_query(self.schema, name, int(value)))
        if wanted.min_price is not None or wanted.max_price is not None:
            found.append(self._prices(wanted.min_price, wanted.max_price))
        if wanted.min_rating is not None:
            # Nobody’s opinion is kept as 0 and is no rating.
            found.append(self._range("by_rating", lower=max(1, fields.rating_key(wanted.min_rating))))
        return found

    def _variants_with(self, options: Options) -> Query:
        """Products with a variant that has a value of each."""
        chosen = product(*([(name, value) for value in values] for name, values in options))
        if len(options) == 1:
            return Query.term_set_query(self.schema, "option", [fields.option_code(*one[0]) for one in chosen])
        return Query.term_set_query(self.schema, "combination", [fields.combination_code(some) for some in chosen])

    def _prices(self, low: Decimal | None, high: Decimal | None) -> Query:
        lower = None if low is None else fields.amount_key(low, up=True)
        return self._range("by_price", lower=lower or 0, upper=None if high is None else fields.amount_key(high))

    def _range(self, name: str, *, lower: int, upper: int | None = None) -> Query:
        """On the value in a key: every id below a value's next one belongs to it."""
        highest = None if upper is None else fields.keyed(upper + 1, 0) - 1
        return Query.range_query(self.schema, name, FieldType.Unsigned, fields.keyed(lower, 0), highest)


def _by_option(counts: Mapping[str, int]) -> Counts:
    grouped: dict[str, dict[str, int]] = {}
    for code, count in counts.items():
        name, _between, value = code.partition(fields.BETWEEN)
        grouped.setdefault(f"option:{name}", {})[value] = count
    return grouped
