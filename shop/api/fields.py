"""Fields of the API's bodies. JSON has types of its own: a number in quotes is no number here."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from shop.common.money import is_whole, money_text
from shop.common.text import NO, YES, text_problem

AMOUNT = re.compile(r"-?[0-9]+(\.[0-9]+)?")
MOST_MONEY = Decimal(99999999999)
YEARS = (1970, 2200)
ASKED_FLAG: dict[str, Any] = {"type": "string", "enum": ["", *sorted(YES | NO)]}


class TextField(serializers.CharField):
    """Text as people type it; neither numbers nor characters that no page can show."""

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        problem = text_problem(data)
        if problem:
            raise serializers.ValidationError(str(problem), code="unusable_text")
        return super().to_internal_value(data)


class SecretField(serializers.CharField):
    """A password, code or token: taken as it is, never shown."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(trim_whitespace=False, write_only=True, style={"input_type": "password"}, **kwargs)

    def to_internal_value(self, data: Any) -> str:
        if not isinstance(data, str):
            self.fail("invalid")
        return super().to_internal_value(data)


class WholeField(serializers.IntegerField):
    """A whole number that is one in JSON as well."""

    def to_internal_value(self, data: Any) -> int:
        if isinstance(data, bool) or not isinstance(data, int):
            self.fail("invalid")
        return int(data)


class FlagField(serializers.BooleanField):
    """true or false: neither 1 nor "yes" is one in JSON."""

    def to_internal_value(self, data: Any) -> bool:
        if not isinstance(data, bool):
            self.fail("invalid", input=data)
        return bool(data)


@extend_schema_field(ASKED_FLAG)
class AskedFlagField(serializers.Field[bool | None, str, Any, Any]):
    """Yes, no, or None for not asked: a filter in a query string, where everything is text."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid": _("This is true or false.")}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, default=None, **kwargs)

    def to_internal_value(self, data: Any) -> bool:
        text = str(data).lower()
        if text not in YES | NO:
            self.fail("invalid")
        return text in YES


@extend_schema_field({"type": "string", "pattern": r"^\d{1,11}(\.\d{1,3})?$", "examples": ["49.90"]})
class MoneyField(serializers.Field[Decimal, str, str, Any]):
    """An amount ≥ 0 in the shop's currency, as text with that currency's decimals: "49.90"."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": _('Write an amount as text, like "49.90".'),
        "min_value": _("An amount is not below zero."),
        "max_value": _("This amount is too large."),
        "max_decimal_places": _("The currency has fewer decimals."),
    }

    def to_internal_value(self, data: Any) -> Decimal:
        if not isinstance(data, str) or len(data) > 20 or not AMOUNT.fullmatch(data):
            self.fail("invalid")
        amount = Decimal(data)
        if amount < 0:
            self.fail("min_value")
        if amount > MOST_MONEY:
            self.fail("max_value")
        if not is_whole(amount):
            self.fail("max_decimal_places")
        return abs(amount)

    def to_representation(self, value: Decimal) -> str:
        return money_text(value)


@extend_schema_field({"type": "string", "pattern": r"^-?\d{1,11}(\.\d{1,3})?$", "examples": ["-5.00"]})
class SignedMoneyField(MoneyField):
    """An amount that may be below zero; shown only."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(read_only=True, **kwargs)

    def to_representation(self, value: Decimal | str) -> str:
        return money_text(Decimal(value))


@extend_schema_field(OpenApiTypes.DATETIME)
class TimeField(serializers.DateTimeField):
    """RFC 3339, always shown in UTC: "2026-11-21T08:30:00Z"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(default_timezone=UTC, **kwargs)

    def to_internal_value(self, value: Any) -> datetime:
        """Times that databases cannot reckon with are refused."""
        moment = super().to_internal_value(value)
        if not YEARS[0] <= moment.year <= YEARS[1]:
            self.fail("overflow")
        return moment
