"""Money: Decimal amounts in the shop's one currency, rounded once, half up."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal
from functools import lru_cache

from babel.numbers import format_currency, get_currency_precision
from django.conf import settings
from django.utils.translation import get_language, to_locale

ZERO = Decimal(0)


def decimals(currency: str = "") -> int:
    """Decimals of an ISO 4217 currency (2 for EUR, 0 for JPY, 3 for KWD), from CLDR's table."""
    return get_currency_precision(currency or settings.SHOP_CURRENCY)


def quantum(currency: str = "") -> Decimal:
    """The smallest amount of the currency: 0.01 for EUR."""
    return Decimal(1).scaleb(-decimals(currency))


def round_money(amount: Decimal, currency: str = "") -> Decimal:
    """`amount` rounded half up to the currency's own decimals."""
    return amount.quantize(quantum(currency), rounding=ROUND_HALF_UP)


def is_whole(amount: Decimal, currency: str = "") -> bool:
    """Whether `amount` needs no more decimals than the currency has."""
    return amount == round_money(amount, currency)


def money_text(amount: Decimal, currency: str = "") -> str:
    """The API's form: "49.90", "500" in JPY."""
    return f"{round_money(amount, currency):f}"


def format_money(amount: Decimal, currency: str = "") -> str:
    """For people, in the language of the page: "€49.90"."""
    return _formatted(amount, currency or settings.SHOP_CURRENCY, to_locale(get_language() or "en"))


@lru_cache(5000)
def _formatted(amount: Decimal, currency: str, locale: str) -> str:
    """Babel takes longer for a price than its whole row takes otherwise, and shops have few prices."""
    return format_currency(round_money(amount, currency), currency, locale=locale)


def allocate(amount: Decimal, weights: Sequence[Decimal], currency: str = "") -> list[Decimal]:
    """Split `amount` (≥ 0) in proportion to `weights` so that the parts add up to it exactly.

    The largest-remainder method: every part is rounded down, then the units left over go to the
    parts that lost most; equal losses go to the earlier part. No part exceeds its weight's share
    by a whole unit. With weights that are all zero everything falls to the first part.
    """
    if not weights:
        return []
    unit = quantum(currency)
    total = sum(weights, ZERO)
    if total == 0:
        return [amount, *([ZERO] * (len(weights) - 1))]
    exact = [amount * weight / total for weight in weights]
    parts = [share.quantize(unit, rounding=ROUND_DOWN) for share in exact]
    left = int((amount - sum(parts, ZERO)) / unit)
    order = sorted(range(len(parts)), key=lambda i: (parts[i] - exact[i], i))
    for i in order[:left]:
        parts[i] += unit
    return parts
