"""Amounts as Stripe counts them: in the smallest unit of its own table, which is not CLDR's.

https://docs.stripe.com/currencies#zero-decimal
"""

from __future__ import annotations

from decimal import Decimal

from shop.common.money import round_money

NO_DECIMALS = frozenset(
    {"BIF", "CLP", "DJF", "GNF", "JPY", "KMF", "KRW", "MGA", "PYG", "RWF", "VND", "VUV", "XAF", "XOF", "XPF"}
)
THREE_DECIMALS = frozenset({"BHD", "JOD", "KWD", "OMR", "TND"})


def to_units(amount: Decimal, currency: str) -> int:
    """10.00 EUR → 1000, 500 JPY → 500, 1.250 KWD → 1250."""
    return int(amount.scaleb(_decimals(currency)))


def from_units(units: int, currency: str) -> Decimal:
    return round_money(Decimal(units).scaleb(-_decimals(currency)), currency)


def _decimals(currency: str) -> int:
    code = currency.upper()
    if code in NO_DECIMALS:
        return 0
    return 3 if code in THREE_DECIMALS else 2
