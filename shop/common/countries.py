"""Countries by ISO 3166-1 alpha-2, named in the language of the page (CLDR's table)."""

from __future__ import annotations

from functools import lru_cache

from babel import Locale
from django.utils.translation import get_language, to_locale

# Codes of CLDR that are no country's: groups of countries, placeholders, parts of others.
NO_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})


def country_choices() -> list[tuple[str, str]]:
    """(code, name) of every country, sorted by name."""
    return sorted(_names(_locale()).items(), key=lambda item: item[1])


def country_name(code: str) -> str:
    """The name, or the code itself when it is nobody's."""
    return _names(_locale()).get(code, code)


def is_country(code: str) -> bool:
    return code in _names("en")


def _locale() -> str:
    return to_locale(get_language() or "en")


@lru_cache(maxsize=32)
def _names(locale: str) -> dict[str, str]:
    territories = Locale.parse(locale).territories
    return {code: name for code, name in territories.items() if len(code) == 2 and code not in NO_COUNTRIES}
