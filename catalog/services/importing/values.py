"""One cell's text as a value. Nothing is guessed: what could mean two things is a BadValue."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from catalog.services.checks import money_problem, units_problem
from catalog.services.importing.remarks import BadValue
from shop.common.text import text_problem

NUMBER = re.compile(r"-?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
WHOLE = re.compile(r"-?[0-9]+")
WEB_ADDRESS = re.compile(r"https?://[^\s/]+(?:/\S*)?", re.IGNORECASE)
SPREADSHEET_NUMBER = re.compile(r"[0-9](?:\.[0-9]+)?E\+[0-9]+", re.IGNORECASE)
YES, NO = frozenset({"true", "yes", "1", "y"}), frozenset({"false", "no", "0", "n"})
GRAMS = {"": Decimal(1), "g": Decimal(1), "kg": Decimal(1000), "lb": Decimal("453.59237"), "oz": Decimal("28.349523")}
LONGEST_ADDRESS = 1000
LONGEST_DIGITS = 30
MOST_GRAMS = 10_000_000


def as_text(text: str, *, longest: int, what: str) -> str:
    if problem := text_problem(text, longest=longest):
        raise BadValue(f"{what}: {problem}")
    return text


def as_price(text: str, *, what: str = "price") -> Decimal:
    """ "49.90" and "50" are prices; "1,234.50", "€ 5" and "-3" are not."""
    if not NUMBER.fullmatch(text) or len(text) > LONGEST_DIGITS:
        raise BadValue(f"{what} “{text[:40]}”: write it like 1234.50, without commas or currency signs")
    amount = Decimal(text)
    if problem := money_problem(amount):
        raise BadValue(f"{what} “{text}”: {problem}")
    return amount


def as_units(text: str) -> int:
    """Whole units; may be negative, as other shops count what they still owe."""
    if not WHOLE.fullmatch(text) or len(text) > LONGEST_DIGITS:
        raise BadValue(f"stock “{text[:40]}”: write a whole number")
    if problem := units_problem(abs(int(text))):
        raise BadValue(f"stock “{text}”: {problem}")
    return int(text)


def as_amount(text: str, *, what: str) -> Decimal:
    """A measure of at most three decimals, such as 0.75."""
    if not NUMBER.fullmatch(text) or len(text) > LONGEST_DIGITS or not 0 <= Decimal(text) < MOST_GRAMS:
        raise BadValue(f"{what} “{text[:40]}”: write a number like 0.75")
    return Decimal(text).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def as_grams(text: str, unit: str = "") -> int:
    """A weight in `unit` (g, kg, lb or oz) in whole grams."""
    if unit.casefold() not in GRAMS:
        raise BadValue(f"weight unit “{unit[:20]}”: use g, kg, lb or oz")
    grams = as_amount(text, what="weight") * GRAMS[unit.casefold()]
    if grams > MOST_GRAMS:
        raise BadValue(f"weight “{text}”: more than {MOST_GRAMS // 1_000_000} tonnes")
    return int(grams.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def as_bool(text: str, *, what: str) -> bool:
    word = text.casefold()
    if word in YES or word in NO:
        return word in YES
    raise BadValue(f"{what} “{text[:20]}”: write TRUE or FALSE")


def as_code(text: str, *, longest: int, what: str) -> str:
    """A SKU or barcode, without the apostrophe that keeps spreadsheets from reading it as a number."""
    code = text[1:] if re.fullmatch(r"'[0-9]+", text) else text
    if SPREADSHEET_NUMBER.fullmatch(code):
        raise BadValue(f"{what} “{code}” was shortened by a spreadsheet. Write all of its digits")
    return as_text(code, longest=longest, what=what)


def as_address(text: str) -> str:
    if len(text) > LONGEST_ADDRESS or not WEB_ADDRESS.fullmatch(text) or text_problem(text):
        raise BadValue(f"“{text[:80]}” is no address of a picture")
    return text
