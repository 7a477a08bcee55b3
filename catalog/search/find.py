"""Asking the index: ids in order, exact counts, and how many each further choice would leave."""

from __future__ import annotations

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import product
from math import prod
from typing import Any

from tantivy import FieldType, Occur, Query

from catalog.search import fields
from catalog.search.matching import Matcher, Synonyms, all_of, any_of
from catalog.search.reader import Snapshot
from catalog.search.tally import STARS, Counts, Tally, tally
from catalog.search.top import Part, page_of

FACETS = ("category", "brand", "tag", "option", "in_stock", "on_sale")
MOST_COMBINATIONS = 1000
MOST_COUNTED = 24
MOST_BY_THEMSELVES = 50

Options = tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What is looked for. Values of one facet are alternatives, facets narrow each other.

    `options` holds an option's name and its values; amounts are in the shop's currency. `some`: most of the words
    will do, where nothing has all of them.
    """

    text: str = ""
    some: bool = False
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
        self.snapshot, self.schema, self.wanted = snapshot, snapshot.schema, wanted
        self.tiers: list[Query] = []
        self.meaning: object = None
        if wanted.text:
            # Words without a letter or figure find nothing rather than everything.
            matcher = Matcher(snapshot, wanted.text, synonyms)
            tiers = matcher.some_tiers() if wanted.some else matcher.tiers()
            self.tiers = tiers or [Query.empty_query()]
            self.meaning = matcher.meaning

    def find(self, *, order: str, start: int, size: int) -> Found:
        """`size` (≥ 1) ids from `start` on, in one of fields.ORDERS; both small: callers bound them."""
        everything = self._query(self.wanted)
        if order != "relevance" or not self.tiers:
            order = "popularity" if order == "relevance" else order
            part = Part(order=order, start=start, size=size)
            return Found(*page_of(self.snapshot, self._key(self.wanted), everything, part, within=self._around()))
        ids: list[int] = []
        total = self._tally(self.wanted).total
        within = self._key(self.wanted)
        filters = self._filters(self.wanted)
        before: list[tuple[Any, Query]] = []
        for place, tier in enumerate(self.tiers):
            only = Query.boolean_query([(Occur.Must, all_of([tier, *filters])), *before])
            key = (self._key(self.wanted), place)
            part = Part(order="relevance", start=start, size=size - len(ids))
            more, count = page_of(self.snapshot, key, only, part, within=within)
            ids += more
            start = max(0, start - count)
            before = [(Occur.MustNot, tier)]
            if len(ids) == size:
                break
        return Found(ids, total)

    def count(self) -> int:
        """How many it finds."""
        return self._tally(self.wanted).total

    def facets(self) -> Counts:
        """Counts by facet and value; each facet as if nothing of itself were chosen. Options by "option:Name"."""
        found = self._aggregate(self.wanted, (*FACETS, "stars"))
        counts = found | _by_option(found.pop("option"))
        for facet, without in self._own_choices():
            if facet.startswith("option:"):
                own = _by_option(self._aggregate(without, ("option",))["option"])
                counts[facet] = own.get(facet, {})
            else:
                counts[facet] = self._aggregate(without, (facet,))[facet]
        for facet in counts:
            if facet.startswith("option:"):
                counts[facet] = self._with_other_options(facet.removeprefix("option:"), counts[facet])
        counts["stars"] = _and_more(counts["stars"])
        return counts

    def counts_below(self) -> dict[str, int]:
        """How many are in each category and below it, by its id."""
        return self._aggregate(self.wanted, ("category",))["category"]

    def values(self) -> Counts:
        """The same for the words and the category alone: which values there are at all."""
        if self.wanted == self._unfiltered:
            return self.facets()
        counts = self._aggregate(self._unfiltered, FACETS)
        return counts | _by_option(counts.pop("option"))

    def count_of(self, facet: str, value: str) -> int:
        """How many have this value, without what else is chosen of its facet: for values too rare for the list."""
        without = next((wanted for name, wanted in self._own_choices() if name == facet), self.wanted)
        _option, _colon, name = facet.partition(":")
        if name:
            return self._tally(replace(without, options=(*without.options, (name, (value,))))).total
        query = all_of([self._query(without), Query.term_query(self.schema, facet, value, "basic")])
        return tally(self.snapshot, (self._key(without), facet, value), query, within=self._around()).total

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
            ("stars", wanted.min_rating is not None, {"min_rating": None}),
        ]
        found = [(facet, replace(wanted, **without)) for facet, is_chosen, without in chosen if is_chosen]
        for name, _values in wanted.options:
            rest = tuple(option for option in wanted.options if option[0] != name)
            found.append((f"option:{name}", replace(wanted, options=rest)))
        return found

    def _aggregate(self, wanted: Wanted, names: tuple[str, ...]) -> Counts:
        return dict(self._tally(wanted, names).counts)

    def _tally(self, wanted: Wanted, names: tuple[str, ...] = ()) -> Tally:
        within = self._around() if wanted != self._unfiltered else None
        return tally(self.snapshot, self._key(wanted), self._query(wanted), names, within=within)

    def _around(self) -> Hashable:
        """The key of what the words and the category find: all that is counted here is among that."""
        if self._unfiltered in (Wanted(), self.wanted):
            return None
        self._tally(self._unfiltered)
        return self._key(self._unfiltered)

    @property
    def _unfiltered(self) -> Wanted:
        return Wanted(text=self.wanted.text, some=self.wanted.some, category_id=self.wanted.category_id)

    def _key(self, wanted: Wanted) -> tuple[object, ...]:
        """The same for queries that mean the same of every product, whatever else changes in the index."""
        return (wanted, self.meaning)

    def _query(self, wanted: Wanted) -> Query:
        return all_of([*self.tiers[-1:], *self._filters(wanted)])

    def _filters(self, wanted: Wanted) -> list[Query]:
        found = []
        if wanted.category_id is not None:
            found.append(Query.term_query(self.schema, "category", wanted.category_id))
        codes = [("brand", wanted.brands), ("tag", wanted.tags)]
        found += [self._one_of(name, values) for name, values in codes if values]
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
            return self._one_of("option", [fields.option_code(*one[0]) for one in chosen])
        return self._one_of("combination", [fields.combination_code(some) for some in chosen])

    def _one_of(self, name: str, codes: Sequence[str]) -> Query:
        """A set of terms is looked at as a whole: worth it only for many."""
        if len(codes) > MOST_BY_THEMSELVES:
            return Query.term_set_query(self.schema, name, list(codes))
        return any_of([Query.term_query(self.schema, name, code, "basic") for code in codes])

    def _prices(self, low: Decimal | None, high: Decimal | None) -> Query:
        lower = None if low is None else fields.amount_key(low, up=True)
        return self._range("by_price", lower=lower or 0, upper=None if high is None else fields.amount_key(high))

    def _range(self, name: str, *, lower: int, upper: int | None = None) -> Query:
        """On the value in a key: every id below a value's next one belongs to it."""
        highest = None if upper is None else fields.keyed(upper + 1, 0) - 1
        return Query.range_query(self.schema, name, FieldType.Unsigned, fields.keyed(lower, 0), highest)


def _and_more(counts: Mapping[str, int]) -> dict[str, int]:
    """Of products by whole stars, those with so many or more."""
    return {str(stars): sum(counts.get(str(more), 0) for more in STARS if more >= stars) for stars in STARS}


def _by_option(counts: Mapping[str, int]) -> Counts:
    grouped: dict[str, dict[str, int]] = {}
    for code, count in counts.items():
        name, _between, value = code.partition(fields.BETWEEN)
        grouped.setdefault(f"option:{name}", {})[value] = count
    return grouped
