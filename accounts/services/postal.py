"""Postal addresses as people type them, checked field by field: for the address book and checkout alike."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import PostalAddress
from shop.common.countries import country_name, is_country
from shop.common.errors import InvalidInput, Message
from shop.common.text import text_problem

REQUIRED = ("full_name", "line1", "country")
# City states have no town to name.
WITHOUT_TOWN = frozenset({"GI", "HK", "MC", "MO", "SG", "VA"})
# Postcodes whose form is certain: pattern and an example. Elsewhere anything goes, also nothing.
POSTCODES: dict[str, tuple[str, str]] = {
    "AT": (r"\d{4}", "1010"),
    "AU": (r"\d{4}", "2000"),
    "BE": (r"\d{4}", "1000"),
    "CA": (r"[A-Z]\d[A-Z] ?\d[A-Z]\d", "K1A 0B1"),
    "CH": (r"\d{4}", "8001"),
    "CZ": (r"\d{3} ?\d{2}", "110 00"),
    "DE": (r"\d{5}", "20359"),
    "DK": (r"\d{4}", "1050"),
    "ES": (r"\d{5}", "28013"),
    "FI": (r"\d{5}", "00100"),
    "FR": (r"\d{5}", "75001"),
    "GB": (r"[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}", "SW1A 1AA"),
    "IT": (r"\d{5}", "00184"),
    "NL": (r"\d{4} ?[A-Z]{2}", "1012 AB"),
    "NO": (r"\d{4}", "0151"),
    "PL": (r"\d{2}-?\d{3}", "00-001"),
    "PT": (r"\d{4}-?\d{3}", "1000-205"),
    "SE": (r"\d{3} ?\d{2}", "111 29"),
    "US": (r"\d{5}(-\d{4})?", "10001"),
}
# Each names its field: above a form they stand one below the other.
MISSING: dict[str, Message] = {
    "full_name": _("Enter a full name."),
    "line1": _("Enter street and number."),
    "city": _("Enter a town."),
    "country": _("Choose a country."),
}
PHONE = re.compile(r"\+?[0-9 ()/.-]*")


@dataclass(frozen=True, kw_only=True)
class PostalInput:
    """An address; `country` is ISO 3166-1 alpha-2. `as_text` addresses are one line and need no town."""

    full_name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""
    as_text: bool = False

    @classmethod
    def of(cls, address: PostalAddress) -> PostalInput:
        """The input that repeats a stored address."""
        return cls(**{name: getattr(address, name) for name in POSTAL_FIELDS})

    def columns(self) -> dict[str, str]:
        """The values by model field."""
        values = asdict(self)
        values.pop("as_text")
        return values


POSTAL_FIELDS = tuple(field.name for field in fields(PostalInput) if field.name != "as_text")
LENGTHS: dict[str, int] = {
    name: getattr(PostalAddress._meta.get_field(name), "max_length", 0) for name in POSTAL_FIELDS
}


def clean_postal(given: PostalInput, *, prefix: str = "") -> PostalInput:
    """`given` with tidy spaces and capitals. Raises InvalidInput naming each field that will not do.

    `prefix` goes before the fields' names in the error ("delivery_address.").
    """
    tidy: dict[str, Any] = {name: " ".join(value.split()) for name, value in given.columns().items()}
    tidy |= {name: tidy[name].upper() for name in ("country", "postcode")}
    cleaned = replace(given, **tidy)
    found = {name: _problem(cleaned, name) for name in POSTAL_FIELDS}
    problems: dict[str, list[Message]] = {prefix + name: [problem] for name, problem in found.items() if problem}
    if problems:
        raise InvalidInput(fields=problems)
    return cleaned


def phone_problem(phone: str) -> Message | None:
    """What is wrong with a phone number; none at all is fine."""
    if not phone or (PHONE.fullmatch(phone) and 5 <= sum(c.isdigit() for c in phone) <= 20):
        return None
    return _("Enter a phone number like +49 40 123456.")


def _problem(address: PostalInput, name: str) -> Message | None:
    value = getattr(address, name)
    longest = LENGTHS[name]
    if not value and name in _required(address):
        return MISSING[name]
    if len(value) > longest and name != "country":
        return _("At most %(longest)d characters fit here.") % {"longest": longest}
    unusable = text_problem(value)
    if unusable:
        return unusable
    if name == "country" and not is_country(value):
        return _("Choose a country.")
    if name == "postcode" and not address.as_text:
        return _postcode_problem(address)
    return phone_problem(value) if name == "phone" else None


def _required(address: PostalInput) -> tuple[str, ...]:
    if address.as_text:
        return ("line1", "country")
    return REQUIRED if address.country in WITHOUT_TOWN else (*REQUIRED, "city")


def _postcode_problem(address: PostalInput) -> Message | None:
    pattern, example = POSTCODES.get(address.country, ("", ""))
    if not pattern or re.fullmatch(pattern, address.postcode, re.ASCII):
        return None
    country = country_name(address.country)
    return _("A postcode in %(country)s looks like %(example)s.") % {"country": country, "example": example}
