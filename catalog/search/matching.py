"""From what somebody typed to queries: in tiers, the best first.

A tier holds every product whose words match at least that well, so the next one holds it too. Within a tier
goods that can be had come first, then what is bought most. Scores play no part: the order is the same on
every machine, and page 2 goes on where page 1 ended.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from tantivy import Occur, Query

from catalog.search.reader import Snapshot
from catalog.search.tally import tally
from catalog.search.words import singular, slips, squeezed, words_of

# Where a word may stand: in the name; the name may go on; among brand, kind, shelf and tags; anywhere.
IN_NAME, BEGINS_NAME, IN_KIND, ANYWHERE = range(1, 5)
FUZZY_FROM, FAR_FROM, FUZZIER_FROM = 4, 6, 8
PREFIX_FROM = 2
CODE_FROM = 3
# Said, but not looked for where other words are: "a mug for the office".
LITTLE_WORDS = frozenset(["a", "an", "and", "by", "for", "from", "in", "of", "on", "or", "the", "to", "with"])
# With fewer hits than this, spelling is forgiven.
FEW = 3

# Of these fields the words are few: those that begin so are looked up, which finds the same much sooner.
SPOKEN = ("name", "kind", "text")
SPELT_OUT_FROM = 3
MOST_SPELT_OUT = 50
MOST_LOOKED_AT = 1000
# Names are all different, and each that begins so is looked at by itself.
MOST_GOING_ON = 20_000

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
    """The queries for one search on one snapshot of the index.

    `meaning` says what they look for. What depends on the goods, such as whether a word is known, is decided once and
    is part of it.
    """

    def __init__(self, snapshot: Snapshot, text: str, synonyms: Synonyms) -> None:
        self.snapshot, self.searcher, self.schema = snapshot, snapshot.searcher, snapshot.schema
        self.units = units_of(text, synonyms)
        self.whole_name = " ".join(words_of(text))
        self.whole_code = squeezed(text)
        self._decided: dict[str, bool] = {}

    @property
    def meaning(self) -> tuple[object, ...]:
        return (tuple(self.units), self.whole_name, self.whole_code, tuple(self._decided.items()))

    def tiers(self) -> list[Query]:
        """The tiers that apply, each a superset of those before. Empty when the text has no words."""
        if not self.units:
            return []
        whole = [self._term("exact_code", self.whole_code), self._term("exact_name", self.whole_name), self._goes_on()]
        # Each level holds those before it.
        levels = [self._level(level) for level in range(IN_NAME, ANYWHERE + 1)]
        tiers = [*(any_of(whole[:end]) for end in range(1, 4)), *(any_of([*whole, level]) for level in levels)]
        if self._are_few(levels[0], "few in the name") and self._are_few(tiers[-1], "few anywhere"):
            tiers.append(any_of([*whole, levels[-1], self._all(self._misspelt)]))
        return tiers

    def some_tiers(self) -> list[Query]:
        """For words that nothing has all of: products with most of them, in tiers as well. Empty for a single word."""
        for least in range(len(self.units) - 1, 0, -1):
            found = self._at_least(least, self._misspelt, letters=True)
            if self._decide(f"some have {least}", self._count(found, f"{least} of them") > 0):
                levels = [self._at_least(least, self._words_at(level)) for level in range(IN_NAME, ANYWHERE)]
                return [*levels, found]
        return []

    def _goes_on(self) -> Query:
        """Names that begin so and go on. Where very many hold the words, it says little which of them begin so."""
        words = self.whole_name.split()
        most = min((self.searcher.doc_freq("name", word) for word in words), default=0)
        if self._decide("names go on", most <= MOST_GOING_ON):
            return self._prefix("exact_name", self.whole_name and f"{self.whole_name} ")
        return Query.empty_query()

    def _level(self, level: int) -> Query:
        return self._all(self._words_at(level), letters=level == ANYWHERE)

    def _words_at(self, level: int) -> Callable[[Part], Query]:
        return lambda words: all_of([self._word(word, level) for word in words])

    def _all(self, query_of: Callable[[Part], Query], *, letters: bool = True) -> Query:
        """Products in which every unit is found."""
        return all_of(self._each(query_of, letters))

    def _at_least(self, least: int, query_of: Callable[[Part], Query], *, letters: bool = False) -> Query:
        """Products in which so many of the units are found."""
        ways = [(Occur.Should, query) for query in self._each(query_of, letters)]
        return Query.boolean_query(ways, minimum_number_should_match=least)

    def _each(self, query_of: Callable[[Part], Query], letters: bool) -> list[Query]:
        """A query for each unit. `letters`: codes may be plain words too."""
        return [any_of([*map(query_of, unit.alternatives), *self._codes(unit, letters)]) for unit in self.units]

    def _codes(self, unit: Unit, letters: bool) -> list[Query]:
        """An article number, or a piece of one from three characters on. A known word is none: it begins too many."""
        if len(unit.code) < CODE_FROM:
            return []
        if unit.code.isalpha() and not (letters and not self._is_word(unit)):
            return []
        return [self._prefix("code", unit.code)]

    def _is_word(self, unit: Unit) -> bool:
        """Whether names, brands, kinds or shelves have a word that begins so."""
        if unit.alternatives[0] != (unit.code,):
            return False
        begun = any_of([self._prefix(name, unit.code) for name in ("name", "kind")])
        return self._decide(f"{unit.code} is a word", self._count(begun, f"{unit.code}…") > 0)

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
        if len(word) < FUZZY_FROM or not word.isalpha():
            return asked
        if self._decide(f"{word} is known", self._count(asked, word) > 0):
            return asked
        distance = 2 if len(word) >= FUZZIER_FROM else 1
        near = self._near(word, distance, "name", "kind")
        if self._decide(f"{word} is near", self._count(any_of(near), f"{word}~") > 0):
            return any_of(near)
        near += self._near(word, distance, "text")
        near.append(Query.fuzzy_term_query(self.schema, "name", word, 1, True, True))
        if len(word) < FAR_FROM or self._decide(f"{word} is in a text", self._count(any_of(near), f"{word}~~") > 0):
            return any_of(near)
        return any_of([query for name in ("name", "kind") for query in self._far(word, name)])

    def _far(self, word: str, name: str) -> list[Query]:
        """Words that begin like it and are about as long: who slips twice in a word still begins it well."""
        begun = self.searcher.terms_with_prefix(name, word[:2], limit=MOST_LOOKED_AT)
        if not self._decide(f"few begin like {word} in {name}", len(begun) < MOST_LOOKED_AT):
            return []
        alike = [term for term, _count in begun if abs(len(term) - len(word)) <= 1 and slips(word, term) <= 2]
        return [self._term(name, term) for term in alike]

    def _near(self, word: str, distance: int, *names: str) -> list[Query]:
        """What is spelt much like it; of a plural also what is spelt like its singular."""
        forms = [form for form in dict.fromkeys((word, singular(word))) if len(form) >= FUZZY_FROM]
        return [Query.fuzzy_term_query(self.schema, name, form, distance, True) for name in names for form in forms]

    def _exact(self, name: str, word: str) -> Query:
        return any_of([self._term(name, form) for form in dict.fromkeys((word, singular(word)))])

    def _term(self, name: str, word: str) -> Query:
        return Query.term_query(self.schema, name, word, "basic") if word else Query.empty_query()

    def _prefix(self, name: str, word: str) -> Query:
        if not word:
            return Query.empty_query()
        if name in SPOKEN and len(word) >= SPELT_OUT_FROM and word.isalpha():
            begun = self.searcher.terms_with_prefix(name, word, limit=MOST_SPELT_OUT)
            if len(begun) < MOST_SPELT_OUT:
                return any_of([self._term(name, term) for term, _count in begun])
        # No typo allowed and a prefix: the same as a regular expression, a hundred times faster.
        return Query.fuzzy_term_query(self.schema, name, word, 0, True, True)

    def _are_few(self, query: Query, name: str) -> bool:
        return self._decide(name, self._count(query, name) < FEW)

    def _count(self, query: Query, name: str) -> int:
        """How many there are. `name` tells the queries of one search apart."""
        return tally(self.snapshot, (self.meaning, name), query).total

    def _decide(self, name: str, is_so: bool) -> bool:
        return self._decided.setdefault(name, is_so)


def any_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.empty_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Should, query) for query in queries])


def all_of(queries: Sequence[Query]) -> Query:
    if not queries:
        return Query.all_query()
    return queries[0] if len(queries) == 1 else Query.boolean_query([(Occur.Must, query) for query in queries])
