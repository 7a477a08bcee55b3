"""Empty the database after a test with transactions of its own, as `flush` does, in a fraction of its time.

`flush` deletes from each of some hundred tables and then writes all content types and permissions anew. Nearly all
of those tables are empty, and of these rows nearly never one has changed: the first time it is `flush` that empties,
and what it leaves is remembered; from then on only tables that have other rows are touched.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, transaction
from django.test import TransactionTestCase

Rows = list[tuple[Any, ...]]

_left: dict[str, Rows] = {}  # what `flush` leaves, by table


@pytest.fixture(scope="session", autouse=True)
def quick_emptying() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_quickly)
        yield


def empty_quickly(case: TransactionTestCase) -> None:
    """Takes the place of TransactionTestCase._fixture_teardown: one database, whole, no rows kept."""
    if _left:
        _empty()
    else:
        call_command("flush", verbosity=0, interactive=False, reset_sequences=False)
        _left.update((table, _rows(table)) for table in _with_rows())
    ContentType.objects.clear_cache()


def _empty() -> None:
    filled = _with_rows()
    changed = [table for table in {*filled, *_left} if table not in _left or _rows(table) != _left[table]]
    if not changed:
        return
    with connection.constraint_checks_disabled(), transaction.atomic(), connection.cursor() as cursor:
        for table in changed:
            cursor.execute(f"DELETE FROM {connection.ops.quote_name(table)}")
        for table in changed:
            _write(cursor, table, _left.get(table, []))


@functools.cache
def _tables() -> list[str]:
    return list(connection.introspection.django_table_names(only_existing=True, include_views=False))


def _with_rows() -> list[str]:
    """The tables that are not empty."""
    tables = _tables()
    questions = [f"EXISTS (SELECT 1 FROM {connection.ops.quote_name(table)})" for table in tables]
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(questions)}")
        return [table for table, has_rows in zip(tables, cursor.fetchone(), strict=True) if has_rows]


def _rows(table: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
        return list(cursor.fetchall())


def _write(cursor: Any, table: str, rows: Rows) -> None:
    if rows:
        places = ", ".join(["%s"] * len(rows[0]))
        cursor.executemany(f"INSERT INTO {connection.ops.quote_name(table)} VALUES ({places})", rows)
