"""Model fields that mean the same on MariaDB and SQLite."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.core.validators import MinValueValidator
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Lookup, lookups

from shop.common.money import round_money


class CodeField(models.CharField):
    """Text compared byte by byte: SKUs, slugs, codes, tokens, e-mail addresses.

    MariaDB's default collation takes "a", "A" and "á" for the same; SQLite does not. Codes use the
    binary collation there, so that both databases agree on what is unique.
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        parameters = super().db_parameters(connection)
        if connection.vendor == "mysql":
            parameters["collation"] = "utf8mb4_bin"
        return parameters


class _WhateverTheCase(Lookup):
    """Looks into codes the way people type them: the binary collation would tell "a" from "A" there too."""

    def process_lhs(self, compiler: Any, connection: Any, lhs: Any = None) -> Any:
        sql, params = super().process_lhs(compiler, connection, lhs)
        return (f"{sql} COLLATE utf8mb4_general_ci" if connection.vendor == "mysql" else sql), params


for _lookup in (lookups.IContains, lookups.IExact, lookups.IStartsWith):
    CodeField.register_lookup(type(f"Code{_lookup.__name__}", (_WhateverTheCase, _lookup), {}))


class MoneyField(models.DecimalField):
    """An amount in the shop's currency, ≥ 0 in forms; read with that currency's own decimals.

    Three decimals are stored, the most any currency has, so that changing SHOP_CURRENCY of a new
    shop needs no migration. Each model adds the CHECK for its column.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_digits", 14)
        kwargs.setdefault("decimal_places", 3)
        super().__init__(*args, **kwargs)

    def from_db_value(self, value: Decimal | None, *_args: Any) -> Decimal | None:
        return None if value is None else round_money(value)

    def formfield(self, **kwargs: Any) -> Any:
        kwargs.setdefault("min_value", 0)
        return super().formfield(**kwargs)


NON_NEGATIVE = [MinValueValidator(0)]


def at_least(field: str, minimum: int | Decimal, *, name: str, nullable: bool = False) -> models.CheckConstraint:
    """CHECK (field >= minimum), or NULL where that is allowed."""
    condition = models.Q(**{f"{field}__gte": minimum})
    if nullable:
        condition |= models.Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(condition=condition, name=name)
