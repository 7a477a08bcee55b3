"""Checks of what is to be written, by the model's own fields and the shop's rules on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.common.errors import InvalidInput, Message
from shop.common.fields import MoneyField
from shop.common.money import decimals, is_whole
from shop.common.text import LONGEST_TEXT, text_problem

HIGHEST_PRICE = Decimal(99_999_999)
MOST_UNITS = 100_000_000


def checked(model: type[models.Model], values: Mapping[str, Any], *, required: Iterable[str] = ()) -> dict[str, Any]:
    """`values` by the names of `model`'s fields, trimmed and of the right types.

    `required` must be there too. Raises InvalidInput with every message at its field.
    """
    cleaned: dict[str, Any] = {}
    problems: dict[str, list[Message]] = {name: [_("This is needed.")] for name in required if name not in values}
    for name, value in values.items():
        field = model._meta.get_field(name)
        if not isinstance(field, models.Field):
            raise TypeError(name)
        try:
            cleaned[name] = _clean(field, value)
        except ValidationError as error:
            problems[name] = list(error.messages)
    if problems:
        raise InvalidInput(fields=problems)
    return cleaned


def money_problem(amount: Decimal) -> Message | None:
    """What is wrong with a price; None when it will do."""
    if not amount.is_finite():
        return _("Enter a number.")
    if amount < 0:
        return _("A price cannot be below zero.")
    if amount > HIGHEST_PRICE:
        return _("A price can be at most %(highest)s.") % {"highest": HIGHEST_PRICE}
    if not is_whole(amount):
        return _("Use at most %(count)d decimals.") % {"count": decimals()}
    return None


def units_problem(units: object) -> Message | None:
    """What is wrong with a number of units on hand; None when it will do."""
    if isinstance(units, bool) or not isinstance(units, int):
        return _("Enter a whole number.")
    if units < 0:
        return _("Stock cannot be below zero.")
    if units > MOST_UNITS:
        return _("Stock can be at most %(most)d.") % {"most": MOST_UNITS}
    return None


def _clean(field: models.Field[Any, Any], value: Any) -> Any:
    problem: Message | None = None
    if isinstance(value, str):
        value = value.strip()
        problem = text_problem(value, longest=field.max_length or LONGEST_TEXT)
    elif isinstance(field, MoneyField) and isinstance(value, Decimal):
        problem = money_problem(value)
    elif isinstance(field, models.IntegerField) and value is not None:
        problem = _whole_problem(value)
    if problem:
        raise ValidationError(str(problem))
    return field.clean(value, None)


def _whole_problem(value: object) -> Message | None:
    if isinstance(value, bool) or not isinstance(value, int):
        return _("Enter a whole number.")
    return _("This number is too large.") if abs(value) > MOST_UNITS else None
