"""What something shows, as one short text: two things of one digest show the same."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Set
from dataclasses import fields, is_dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import FileField, Model
from django.utils.functional import Promise


class NoDigest(TypeError):
    """What cannot be compared must not pass for the same."""


PLAIN = frozenset({str, int, bool, float, Decimal, type(None)})


def digest_of(value: object) -> str:
    """Of texts, numbers and moments, and of lists, sets, mappings, dataclasses and rows of these.

    Of a row counts what of it was read, with the rows it points at; not what was worked out beside.
    Raises NoDigest for anything else.
    """
    return hashlib.sha256(repr(_plain(value)).encode()).hexdigest()


def _plain(value: Any) -> object:
    if type(value) in PLAIN:
        return value
    for kind, plain in KINDS:
        if isinstance(value, kind):
            return plain(value)
    if is_dataclass(value) and not isinstance(value, type):
        return type(value).__name__, [_plain(getattr(value, name)) for name in _fields_of(type(value))]
    raise NoDigest(f"{type(value).__name__} has no digest")


def _row(row: Model) -> object:
    read, others = row.__dict__, row._state.fields_cache  # noqa: SLF001 - to ask for none that was not read
    columns, files, ways = _columns_of(type(row))
    known = [_plain(others.get(name)) for name in ways]
    return type(row).__name__, *map(read.get, columns), *(str(read.get(name)) for name in files), known


@cache
def _columns_of(model: type[Model]) -> tuple[list[str], list[str], list[str]]:
    """Those of plain values, those of files, and the ways to other rows."""
    columns = model._meta.concrete_fields
    files = [column.attname for column in columns if isinstance(column, FileField)]
    ways = [column.name for column in columns if column.is_relation]
    return [column.attname for column in columns if column.attname not in files], files, ways


@cache
def _fields_of(kind: type[Any]) -> list[str]:
    return [field.name for field in fields(kind) if field.compare]


# A text of another kind may be one that is not escaped any more.
KINDS: tuple[tuple[Any, Callable[[Any], object]], ...] = (
    (Model, _row),
    (list | tuple, lambda many: [_plain(each) for each in many]),
    (Mapping, lambda pairs: {"pairs": [(_plain(key), _plain(each)) for key, each in pairs.items()]}),
    (Set, lambda many: {"set": sorted(repr(_plain(each)) for each in many)}),
    (str, lambda text: (type(text).__name__, str.__str__(text))),
    (date, repr),
    (Promise, str),
)
