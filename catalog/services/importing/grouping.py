"""The records of one product together, wherever in the file they stand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from django.utils.text import slugify

from catalog.services.importing.remarks import Remark
from catalog.services.importing.rows import UTF8, Row, read_rows


def read_groups(path: Path, *, encoding: str = UTF8) -> Iterator[list[Row] | Remark]:
    """Groups of rows with the same handle, in the order in which they are complete.

    The file is read twice: first to learn where each product ends, so that only products that have
    begun and not ended are kept in memory.
    """
    last = {group_key(row): row.line for row in read_rows(path, encoding=encoding) if isinstance(row, Row)}
    begun: dict[str, list[Row]] = {}
    for row in read_rows(path, encoding=encoding):
        if isinstance(row, Remark):
            yield row
        elif not (key := group_key(row)):
            yield Remark(row.line, "neither a handle nor a title, so it belongs to no product")
        else:
            begun.setdefault(key, []).append(row)
            if row.line == last[key]:
                yield begun.pop(key)


def group_key(row: Row) -> str:
    """The handle; without one, the title's."""
    return row.get("handle").lower() or slugify(row.get("title")) or row.get("title").lower()
