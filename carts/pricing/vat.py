"""VAT numbers of the European Union by their form, and when the buyer accounts for the tax instead of the shop.

Whether a number is anybody's only the authorities know (VIES): that is the staff's to check.
"""

from __future__ import annotations

import re

FORMS = {
    "AT": r"U\d{8}", "BE": r"[01]\d{9}", "BG": r"\d{9,10}", "CY": r"\d{8}[A-Z]", "CZ": r"\d{8,10}", "DE": r"\d{9}",
    "DK": r"\d{8}", "EE": r"\d{9}", "EL": r"\d{9}", "ES": r"[A-Z0-9]\d{7}[A-Z0-9]", "FI": r"\d{8}",
    "FR": r"[A-HJ-NP-Z0-9]{2}\d{9}", "HR": r"\d{11}", "HU": r"\d{8}", "IE": r"(\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])",
    "IT": r"\d{11}", "LT": r"(\d{9}|\d{12})", "LU": r"\d{8}", "LV": r"\d{11}", "MT": r"\d{8}", "NL": r"\d{9}B\d{2}",
    "PL": r"\d{10}", "PT": r"\d{9}", "RO": r"[1-9]\d{1,9}", "SE": r"\d{12}", "SI": r"\d{8}", "SK": r"\d{10}",
}  # fmt: skip
# Greece's numbers begin with the letters of its own name for itself.
COUNTRIES = {prefix: "GR" if prefix == "EL" else prefix for prefix in FORMS}
UNION = frozenset(COUNTRIES.values())


def tidy_vat_number(typed: str) -> str:
    """In capitals, without the blanks, dots and hyphens that people put in."""
    return re.sub(r"[\s.\-]", "", typed).upper()


def has_vat_form(number: str) -> bool:
    """Whether a tidied number is written as its country's are."""
    form = FORMS.get(number[:2])
    return form is not None and re.fullmatch(form, number[2:], re.ASCII) is not None


def is_reverse_charge(*, vat_number: str, country: str, shop_country: str) -> bool:
    """Goods go to a business in another country of the union, which has that country's number."""
    abroad = country in UNION and shop_country in UNION and country != shop_country
    return abroad and has_vat_form(vat_number) and COUNTRIES[vat_number[:2]] == country
