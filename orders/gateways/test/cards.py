"""The cards of the test gateway, by what they do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Behaviour = Literal["succeed", "decline", "no_funds", "challenge", "hang", "late"]


@dataclass(frozen=True, kw_only=True)
class TestCard:
    number: str
    behaviour: Behaviour
    label: str | Promise


CARDS = (
    TestCard(number="4242424242424242", behaviour="succeed", label=_("is accepted")),
    TestCard(number="4000000000000002", behaviour="decline", label=_("is declined")),
    TestCard(number="4000000000009995", behaviour="no_funds", label=_("has not enough money on it")),
    TestCard(number="4000000000003220", behaviour="challenge", label=_("asks you to confirm first")),
    TestCard(number="4000000000000119", behaviour="hang", label=_("gets no answer from the bank")),
    TestCard(number="4000000000000259", behaviour="late", label=_("is accepted some seconds later")),
)


def behaviour_of(number: str) -> Behaviour | None:
    """What a card number (spaces allowed) does; None for one the gateway does not know."""
    digits = "".join(character for character in number if not character.isspace())
    return next((card.behaviour for card in CARDS if card.number == digits), None)
