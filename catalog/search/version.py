"""Which catalogue this is, and what its present version."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Subquery

from catalog.models import CatalogueVersion

Version = tuple[str, int]
NO_VERSION: Version = ("", 0)

_known: ContextVar[Version | None] = ContextVar("catalogue_version", default=None)


@contextmanager
def known_version(version: Version | None) -> Iterator[None]:
    """While a page is made, what reads the version gets the one that the page will be kept under."""
    token = _known.set(version)
    try:
        yield
    finally:
        _known.reset(token)


def read_version() -> Version:
    """Lineage and number; ("", 0) before anything was ever changed. One query, none where it is known."""
    return _known.get() or read_version_now()


def read_version_now() -> Version:
    """The same, asked anew."""
    with connection.cursor() as cursor:
        sql, parameters = _query(connection.vendor)
        cursor.execute(sql, parameters)
        row = cursor.fetchone()
    return (row[0], row[1]) if row else NO_VERSION


def version_columns() -> dict[str, Subquery]:
    """`lineage` and `number` for a query that reads something else as well; None before anything was changed."""
    row = CatalogueVersion.objects.order_by("pk")
    return {name: Subquery(row.values(name)[:1]) for name in ("lineage", "number")}


@cache
def _query(vendor: str) -> tuple[str, tuple[Any, ...]]:
    """The same statement for every page of everybody: it is made once for each kind of database."""
    rows = CatalogueVersion.objects.order_by("pk").values_list("lineage", "number")[:1]
    sql, parameters = rows.query.sql_with_params()
    return sql, tuple(parameters)
