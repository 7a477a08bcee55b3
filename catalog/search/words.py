"""Words as they are compared: lower case, without accents, in the singular too."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from functools import lru_cache

from django.conf import settings

LONGEST_WORD = 60
LONGEST_KEY = 200
WORD = re.compile(r"[^\W_]+")
NUMBER = re.compile(r"\d+")
APOSTROPHES = re.compile(r"['’ʼ`´]")
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]+")
MEASURE = re.compile(r"(?<=\d)\s*[x×]\s*(?=\d)")
# Letters that no decomposition takes apart.
LETTERS = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ł": "l", "Ł": "L", "đ": "d"})


def fold(text: str) -> str:
    """ "Crème Brûlée" as "creme brulee"."""
    return BEYOND_ASCII.sub(_folded, text).casefold()


def _folded(found: re.Match[str]) -> str:
    text = found[0]
    plain = unicodedata.normalize("NFKD", text.translate(LETTERS).casefold())
    return "".join(c for c in plain if not unicodedata.combining(c)).casefold()


def words_of(text: str) -> list[str]:
    """The folded words of a text, in order: "Artist’s 50×70" as artists, 50, 70."""
    bare = MEASURE.sub(" ", APOSTROPHES.sub("", fold(text)))
    return [word[:LONGEST_WORD] for word in WORD.findall(bare)]


def squeezed(text: str) -> str:
    """A code without what separates its parts: "BH-77 x" as "bh77x"."""
    return "".join(WORD.findall(fold(text)))[:LONGEST_WORD]


def sort_key(text: str) -> str:
    """What names are ordered by: without case, accents and signs, numbers by their size."""
    return NUMBER.sub(lambda digits: digits[0].zfill(6), " ".join(words_of(text)))[:LONGEST_KEY]


def slips(typed: str, word: str) -> int:
    """How many letters are wrong, missing, too many, or changed places with the next."""
    rows = [list(range(len(word) + 1))]
    for row, letter in enumerate(typed, 1):
        found = [row]
        for column, other in enumerate(word, 1):
            least = min(found[-1] + 1, rows[-1][column] + 1, rows[-1][column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == word[column - 2] and typed[row - 2] == other:
                least = min(least, rows[-2][column - 2] + 1)
            found.append(least)
        rows.append(found)
    return rows[-1][-1]


def singular(word: str) -> str:
    """The form under which singular and plural meet, in the shop's language where it has rules here."""
    return singulars([word])[0]


def singulars(words: Iterable[str]) -> list[str]:
    """The same for many words."""
    language = settings.LANGUAGE_CODE
    return [_singular_in(language, word) for word in words]


@lru_cache(20_000)
def _singular_in(language: str, word: str) -> str:
    rule = SINGULARS.get(language.partition("-")[0])
    return rule(word) if rule else word


IRREGULAR = {
    "children": "child", "feet": "foot", "geese": "goose", "knives": "knife", "leaves": "leaf", "lives": "life",
    "loaves": "loaf", "men": "man", "mice": "mouse", "people": "person", "scarves": "scarf", "shelves": "shelf",
    "teeth": "tooth", "wives": "wife", "wolves": "wolf", "women": "woman",
}  # fmt: skip
UNCHANGED = ("ss", "us", "is")
WITH_E = ("sses", "shes", "ches", "xes", "zes", "oes")


def english_singular(word: str) -> str:
    if word in IRREGULAR:
        return IRREGULAR[word]
    if len(word) < 4 or not word.endswith("s") or word.endswith(UNCHANGED):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    return word[:-2] if word.endswith(WITH_E) else word[:-1]


# A language's rule gets a folded word and returns its stem; index and searches use the same. After adding one,
# `manage.py rebuild_search`.
SINGULARS: dict[str, Callable[[str], str]] = {"en": english_singular}
