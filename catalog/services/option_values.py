"""How the values of options look and in which order they stand."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from catalog.models import OptionValue
from catalog.services.checks import checked
from shop.common.errors import InvalidInput

COLOUR = re.compile(r"#[0-9a-f]{6}")


def change_value(value: OptionValue, *, swatch: str, position: int) -> bool:
    """A step: set a value's colour ("#2342be" or "") and place; its product is locked. True when it changed."""
    columns = checked(OptionValue, {"swatch": swatch.lower(), "position": position})
    if columns["swatch"] and not COLOUR.fullmatch(columns["swatch"]):
        raise InvalidInput(_("Write a colour like #2342be."), field="swatch")
    if (value.swatch, value.position) == (columns["swatch"], columns["position"]):
        return False
    OptionValue.objects.filter(pk=value.pk).update(**columns)
    return True
