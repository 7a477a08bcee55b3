"""Queries that pages ask again and again: the ORM makes their SQL once, and fills in other values each time.

Making it takes the ORM several times as long as the database takes to answer.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import QuerySet, Value
from django.db.models.expressions import RawSQL
from django.db.models.sql.compiler import SQLCompiler

MOST_SHAPES = 200


@dataclass(frozen=True)
class _Slot:
    name: str


class Later(Value):
    """Stands in a query for a value that is given when it is asked: `filter(product=Later("product"))`."""

    def __init__(self, name: str) -> None:
        super().__init__(_Slot(name))


class KeptQuery:
    """Asks what `build` makes; `build` is called once for each kind of database and each shape of the query.

        variants_of = KeptQuery(lambda: Variant.objects.filter(product=Later("product")))
        variants_of(product=product.pk)

    Values go to the database as they are, moments in its own way; so they are plain numbers, texts and moments.
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._made = lru_cache(maxsize=MOST_SHAPES)(self._make)

    def __call__(self, *shape: Hashable, **values: object) -> list[Any]:
        """The rows. `shape` is what `build` is called with, `values` what its Laters stand for. One query."""
        queryset, made, sql, parameters = self._made(connection.vendor, *shape)
        compiler = copy(made)
        compiler.connection = connection
        given: tuple[Any, ...] = tuple(
            _adapted(values[each.name]) if isinstance(each, _Slot) else each for each in parameters
        )
        compiler.as_sql = lambda *_args, **_kwargs: (sql, given)  # type: ignore[method-assign]
        asked = queryset.all()
        asked.query.get_compiler = lambda *_args, **_kwargs: compiler  # type: ignore[method-assign]
        return list(asked)

    def _make(self, _vendor: str, *shape: Hashable) -> tuple[QuerySet[Any, Any], SQLCompiler, str, tuple[object, ...]]:
        queryset = self._build(*shape)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, parameters = compiler.as_sql()
        return queryset, compiler, sql, tuple(parameters)


def _adapted(value: object) -> Any:
    return connection.ops.adapt_datetimefield_value(value) if isinstance(value, datetime) else value


def cut_off(rows: QuerySet[Any, Any]) -> RawSQL:
    """The keys of a list with an end, for `pk__in`: as a table, because MariaDB takes no LIMIT right within IN."""
    sql, parameters = rows.values("pk").query.sql_with_params()
    return RawSQL(f"SELECT * FROM ({sql}) AS cut_off", parameters)  # noqa: S608, S611 - made by the ORM
