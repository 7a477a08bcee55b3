"""What the index holds of a product, and how orders become one value to sort by.

Texts are folded by `catalog.search.words` before they come here, so the index splits at blanks only.
Each order has one key with value and id in it: ties are broken the same way everywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from functools import cache
from importlib.metadata import version
from typing import Any

import tantivy

# Raise it when the same fields begin to mean something else.
MEANING = 1
NUMBERS = ("id", "category", "in_stock", "on_sale")
SORTED_NUMBERS = ("by_relevance", "by_popularity", "by_price", "by_rating")
CODES = ("brand", "tag", "option", "by_created", "by_name")
EXACT = ("exact_name", "exact_code", "combination")
TEXTS = ("name", "kind", "code", "text")
BETWEEN = "\x1f"
BETWEEN_OPTIONS = "\x1e"
MOST_COMBINED = 4

ID_BITS = 26
AMOUNT_BITS = 38
COUNT_BITS = 31
HIGHEST_ID = (1 << ID_BITS) - 1

# Order asked for: field, and whether the highest comes first.
ORDERS = {
    "relevance": ("by_relevance", True),
    "popularity": ("by_popularity", True),
    "-created_at": ("by_created", True),
    "price": ("by_price", False),
    "-price": ("by_price", True),
    "-rating": ("by_rating", True),
    "name": ("by_name", False),
}


def build_schema() -> Any:
    builder = tantivy.SchemaBuilder()
    for name in NUMBERS:
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in SORTED_NUMBERS:
        builder.add_unsigned_field(name, indexed=False, fast=True)
    for name in CODES:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic", fast=True)
    for name in EXACT:
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in TEXTS:
        builder.add_text_field(name, tokenizer_name="whitespace", index_option="basic")
    return builder.build()


def schema_hash(language: str) -> str:
    """Part of the index's name, so that code never reads an index of other fields or another language."""
    return _schema_hash(language, MEANING)


@cache
def _schema_hash(language: str, meaning: int) -> str:
    parts = (meaning, NUMBERS, SORTED_NUMBERS, CODES, EXACT, TEXTS, ID_BITS, AMOUNT_BITS, version("tantivy"), language)
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:12]


def keyed(value: int, product_id: int) -> int:
    return value << ID_BITS | min(product_id, HIGHEST_ID)


def amount_key(amount: Decimal, *, up: bool = False) -> int:
    """Thousandths of the currency; what is beyond the bits counts as the highest there is."""
    thousandths = (amount * 1000).to_integral_value(ROUND_CEILING if up else ROUND_FLOOR)
    return min(int(thousandths), (1 << AMOUNT_BITS) - 1)


def rating_key(rating: Decimal | None) -> int:
    """Hundredths of a star, rounded up; nobody's opinion comes last."""
    return 0 if rating is None else int((rating * 100).to_integral_value(ROUND_CEILING))


def relevance_key(*, in_stock: bool, popularity: int, product_id: int) -> int:
    """What can be had comes first, then what is bought most."""
    return keyed(int(in_stock) << COUNT_BITS | min(popularity, (1 << COUNT_BITS) - 1), product_id)


def created_key(at: datetime, product_id: int) -> str:
    micros = round(at.astimezone(UTC).timestamp() * 1_000_000)
    return f"{micros:020d}{product_id:012d}"


def name_key(sort_name: str, product_id: int) -> str:
    return f"{sort_name}\x01{product_id:012d}"


def combination_code(options: Iterable[tuple[str, str]]) -> str:
    """Several options that one variant has, by the order of their names."""
    return BETWEEN_OPTIONS.join(option_code(name, value) for name, value in sorted(options))


def option_code(name: str, value: str) -> str:
    return f"{name}{BETWEEN}{value}"
