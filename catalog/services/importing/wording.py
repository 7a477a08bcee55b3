"""Changes in words."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from shop.common.money import money_text

LONGEST = 40


def changed(what: str, before: Any, after: Any) -> str:
    """ "price 59.99 → 49.99"; long texts are only named."""
    old, new = said(before), said(after)
    return what if max(len(old), len(new)) > LONGEST else f"{what} {old} → {new}"


def said(value: Any) -> str:
    if value is None or value == "":
        return "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return money_text(value)
    if isinstance(value, dict):
        return ", ".join(value.values()) or "none"
    if isinstance(value, tuple | list):
        return ", ".join(value) or "none"
    return str(value).replace("\n", " ")


def counted(number: int, one: str, many: str = "") -> str:
    """ "1 variant", "3 variants"."""
    return f"{number} {one if number == 1 else many or one + 's'}"
