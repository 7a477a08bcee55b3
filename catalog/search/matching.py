"""From what somebody typed to queries: in tiers, the best first.

A tier holds every product whose words match at least that well, so the next one holds it too. Within a tier
goods that can be had come first, then what is bought most. Scores play no part: the order is the same on
every machine, and page 2 goes on where page 1 ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tantivy import Occur, Query

from catalog.search.words import singular, squeezed, words_of

# Where a word may stand: in the name; the name may go on; among brand, kind, shelf and tags; anywhere.
IN_NAME, BEGINS_NAME, IN_KIND, ANYWHERE = range(1, 5)
FUZZY_FROM, FUZZIER_FROM = 4, 8
PREFIX_FROM = 2
CODE_FROM = 3
# Said, but not looked for where other words are: "a mug for the office".
LITTLE_WORDS = frozenset(["a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
# With fewer hits than this, spelling is forgiven.
FEW = 3

# "50 x 70" is two numbers; "50x70" may be part of an article number, and is taken apart as words.
APART = re.compile(r"(?<=\d)\s+[x×]\s+(?=\d)", re.IGNORECASE)

Synonyms = Mapping[tuple[str, ...], Sequence[tuple[str, ...]]]
Part = tuple[str, ...]


@dataclass(frozen=True)
class Unit:
    """Something looked for: alternatives, each of words that must all be there. `code` is it as an article number."""

    alternatives: tuple[Part, ...]
    code: str = ""


def units_of(text: str, synonyms: Synonyms) -> list[Unit]:
    """What a text asks for, little words left out where others remain."""
    pieces = [(words_of(piece), squeezed(piece)) for piece in APART.sub(" ", text).split()]
    pieces = [(words, code) for words, code in pieces if words]
    telling = [piece for piece in pieces if piece[0][0] not in LITTLE_WORDS or len(piece[0]) > 1]
    pieces = telling or pieces
    units, at = [], 0
    while at < len(pieces):
        taken, alternatives = _synonyms_at(pieces, at, synonyms)
        words = tuple(word for piece, _code in pieces[at : at + taken] for word in piece)
        units.append(Unit((words, *alternatives), code="" if taken > 1 else pieces[at][1]))
        at += taken
    return units


def _synonyms_at(pieces: Sequence[tuple[list[str], str]], at: int, synonyms: Synonyms) -> tuple[int, Sequence[Part]]:
    """How many pieces from `at` on are a known phrase, the longest, and what else it is called."""
    longest = max((len(phrase) for phrase in synonyms), default=0)
    for taken in range(min(longest, len(pieces) - at), 0, -1):
        phrase = tuple(singular(word) for words, _code in pieces[at : at + taken] for word in words)
        if phrase in synonyms:
            return taken, synonyms[phrase]
    return 1, ()


class Matcher:
    """The queries for one search on one snapshot of the index."""

    def __init__(self, searcher: Any, schema: Any, text: str, synonyms: Synonyms) -> None:
        self.searcher, self.schema = searcher, schema
        self.units = units_of(text, synonyms)
        self.whole_name = " ".join(words_of(text))
        self.whole_code = squeezed(text)

    def tiers(self) -> list[Query]:
        """The tiers that apply, each a superset of those before. Empty when the text has no words."""
        if not self.units:
            return []
        whole = [
            self._term("exact_code", self.whole_code),
            self._term("exact_name", self.whole_name),
            self._prefix("exact_name", self.whole_name and f"{self.whole_name} "),
        ]
        # Each level holds those before it.
        levels = [self._level(level) for level in range(IN_NAME, ANYWHERE + 1)]
        tiers = [*(any_of(whole[:end]) for end in range(1, 4)), *(any_of([*whole, level]) for level in levels)]
        if self._count(levels[0]) < FEW and self._count(tiers[-1]) < FEW:
            tiers.append(any_of([*whole, levels[-1], self._all(self._misspelt)]))
        return tiers

    def _level(self, level: int) -> Query:
        return self._all(lambda words: all_of([self._word(word, level) for word in words]), letters=level == ANYWHERE)

    def _all(self, query_of: Callable[[Part], Query], *, letters: bool = True) -> Query:
        """Products in which every unit is found. `letters`: codes may be plain words too."""
        return all_of([any_of([*map(query_of, unit.alternatives), *self._codes(unit, letters)]) for unit in self.units])

    def _codes(self, unit: Unit, letters: bool) -> list[Query]:
        """An article number, or a piece of one from three characters on."""
        if len(unit.code) < CODE_FROM or (unit.code.isalpha() and not letters):
            return []
        return [self._prefix("code", unit.code)]

    def _word(self, word: str, level: int) -> Query:
        ways = [self._exact("name", word)]
        if level >= BEGINS_NAME and len(word) >= PREFIX_FROM:
            ways.append(self._prefix("name", word))
        if level >= IN_KIND:
            ways.append(self._exact("kind", word))
        if level >= ANYWHERE:
            ways.append(self._exact("text", word))
            if len(word) >= PREFIX_FROM:
                ways.append(self._prefix("kind", word))
        return any_of(ways)

    def _misspelt(self, words: Part) -> Query:
        return all_of([self._misspelt_word(word) for word in words])

    def _misspelt_word(self, word: str) -> Query:
        """The word as it is where anything has it, else what is spelt much like it."""
        asked = self._word(word, ANYWHERE)
        if len(word) < FUZZY_FROM or not word.isalpha() or self._count(asked):
            return asked
        distance = 2 if len(word) >= FUZZIER_FROM else 1
        near = [Query.fuzzy_term_query(self.schema, name, word, distance, True) for name in ("name", "kind")]
        if not self._count(any_of(near)):
            near.append(Query.fuzzy_term_query(self.schema, "text", word, distance, True))
            near += [Query.fuzzy_term_query(self.schema, "name", word, 1, True, True)]
        return any_of(near)

    def _exact(self, name: str, word: str) -> Query:
        return any_of([self._term(name, form) for form in dict.fromkeys((word, singular(word)))])

    def _term(self, name: str, word: str) -> Query:
        return Query.term_query(self.schema, name, word, "basic") if word else Query.empty_query()

    def _prefix(self, name: str, word: str) -> Query:
        # No typo allowed and a prefix: the same as a regular expression, a hundred times faster.
        return Query.fuzzy_term_query(self.schema, name, word, 0, True, True) if word else Query.empty_query()

    def _count(self, query: Query) -> int:
        return int(self.searcher.search(query, 1).count)


def any_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.all_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])
