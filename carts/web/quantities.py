"""Reading a number of units as people type it."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _

from shop.common.errors import InvalidInput

LONGEST = 9
TOO_MANY = 10**LONGEST
STEPS = {"1": 1, "-1": -1}


def wanted_quantity(data: Mapping[str, str], *, default: str = "") -> int:
    """The `quantity` typed, one more or less where a stepper's button was pressed.

    Raises InvalidInput for anything but a whole number. Whether it is too many is the cart's to judge.
    """
    typed = data.get("quantity", default).strip()
    if not (typed.isascii() and typed.isdigit()):
        raise InvalidInput(_("Please enter a whole number from 1 up."), field="quantity")
    number = int(typed) if len(typed) <= LONGEST else TOO_MANY
    return number + STEPS.get(data.get("step", ""), 0)
