"""The payment page of the test gateway. It plays a card form, and takes no card but its own."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.gateways.test.cards import CARDS, behaviour_of
from shop.common.forms import RefusableForm

EXPIRY = re.compile(r"(0[1-9]|1[0-2]) ?/? ?(?:20)?(\d{2})", re.ASCII)
CVC = re.compile(r"\d{3,4}", re.ASCII)
LONGEST = 40
# Browsers would offer real cards otherwise.
PLAIN = {"autocomplete": "off", "inputmode": "numeric", "maxlength": LONGEST}


def card_field(label: Any, **attrs: Any) -> forms.CharField:
    widget = forms.TextInput(attrs={**PLAIN, **attrs})
    return forms.CharField(label=label, widget=widget)


class CardForm(RefusableForm, forms.Form):
    """`token` is the number of one of the test cards."""

    use_required_attribute = False

    number = card_field(_("Card number"), placeholder="4242 4242 4242 4242")
    expiry = card_field(_("Valid until"), placeholder=_("MM / YY"))
    cvc = card_field(_("Security code"), placeholder="123")

    @property
    def token(self) -> str:
        return str(self.cleaned_data["number"])

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"])
        if behaviour_of(number) is None:
            raise forms.ValidationError(_("This is not one of the test cards. Please take one from the list."))
        return number

    def clean_expiry(self) -> str:
        found = EXPIRY.fullmatch(self.cleaned_data["expiry"].strip())
        if found is None:
            raise forms.ValidationError(_("Enter month and year, like 12 / 30."))
        month, year, today = int(found[1]), 2000 + int(found[2]), timezone.localdate()
        if (year, month) < (today.year, today.month):
            raise forms.ValidationError(_("A card that is no longer valid cannot pay."))
        return found[0]

    def clean_cvc(self) -> str:
        if not CVC.fullmatch(self.cleaned_data["cvc"].strip()):
            raise forms.ValidationError(_("Three or four digits, from the back of the card."))
        return str(self.cleaned_data["cvc"])


def filled_with(number: str) -> dict[str, str]:
    """What a click on one of the listed cards puts into the form; nothing for other numbers."""
    card = next((card for card in CARDS if card.number == number), None)
    if card is None:
        return {}
    return {"number": spaced(card.number), "expiry": f"12 / {(timezone.localdate().year + 3) % 100}", "cvc": "123"}


def spaced(number: str) -> str:
    """In groups of four, as it stands on a card."""
    return " ".join(number[i : i + 4] for i in range(0, len(number), 4))


def listed_cards() -> list[dict[str, Any]]:
    return [{"number": card.number, "spaced": spaced(card.number), "label": card.label} for card in CARDS]
