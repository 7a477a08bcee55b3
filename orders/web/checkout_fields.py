"""The fields of checkout's form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import PostalAddress
from accounts.services.postal import POSTCODES, WITHOUT_TOWN

NEEDED = frozenset({"full_name", "line1", "country"})
PARTS: dict[str, tuple[Any, str]] = {
    "full_name": (_("Full name"), "name"),
    "company": (_("Company"), "organization"),
    "line1": (_("Street and number"), "address-line1"),
    "line2": (_("Flat, floor, care of"), "address-line2"),
    "postcode": (_("Postcode"), "postal-code"),
    "city": (_("Town"), "address-level2"),
    "region": (_("Region or state"), "address-level1"),
    "country": (_("Country"), "country"),
    "phone": (_("Phone, for the courier"), "tel"),
}
Countries = list[tuple[str, str]]


class TypedField(forms.CharField):
    """Shows whether it is needed. Whether what was typed will do the service says, for all fields at once."""

    def validate(self, value: str) -> None:
        pass

    def run_validators(self, value: str) -> None:
        pass


def postal_field(name: str, *, section: str, countries: Countries) -> TypedField:
    label, token = PARTS[name]
    attrs = {"autocomplete": f"{section} {token}"}
    if name == "country":
        return TypedField(label=label, widget=forms.Select(attrs=attrs, choices=countries))
    attrs["maxlength"] = str(getattr(PostalAddress._meta.get_field(name), "max_length", ""))
    if name == "phone":
        attrs["type"] = "tel"
    return TypedField(label=label, widget=forms.TextInput(attrs=attrs))


def is_needed(name: str, *, country: str) -> bool:
    """Whether an address in that country is incomplete without this field."""
    if name == "postcode":
        return country in POSTCODES
    if name == "city":
        return country not in WITHOUT_TOWN
    return name in NEEDED
