"""A CSV file, record by record. A line that cannot be read is a remark, and the next one is tried."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from catalog.services.importing.columns import Header
from catalog.services.importing.remarks import Remark
from shop.common.errors import InvalidInput

DELIMITERS = (",", ";", "\t")
UTF8 = "utf-8-sig"
# What exports write into columns nobody filled in: not worth a word.
EVERYDAY = ("manual", "false", "FALSE")


@dataclass(frozen=True)
class Row:
    """`cells` holds the trimmed texts of known columns by our names for them, blank ones left out.

    `unused` names the columns that have a content but no place in this shop.
    """

    line: int
    cells: Mapping[str, str]
    unused: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        return self.cells.get(name, "")


@dataclass
class Lines:
    """The file's physical lines, counted; lines of a broken record can be put back."""

    file: IO[str]
    number: int = 0
    taken: list[str] = field(default_factory=list)
    waiting: deque[str] = field(default_factory=deque)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self.waiting.popleft() if self.waiting else next(self.file)
        self.number += 1
        self.taken.append(line)
        return line

    def begin(self) -> int:
        """A new record: its first line's number."""
        self.taken.clear()
        return self.number + 1

    def skip_one(self) -> None:
        """Give up the first line of the broken record only, and read on from the second."""
        back = self.taken[1:]
        self.waiting.extendleft(reversed(back))
        self.number -= len(back)


def read_header(path: Path, *, encoding: str = UTF8) -> Header:
    """The first record. Raises InvalidInput when the file cannot be opened or is not a product export."""
    return _header(path, encoding)[0]


def read_rows(path: Path, *, encoding: str = UTF8) -> Iterator[Row | Remark]:
    """Every record below the header; blank ones are left out. Memory does not grow with the file."""
    header, delimiter = _header(path, encoding)
    for line, found in _records(path, encoding, delimiter):
        if isinstance(found, Remark):
            yield found
        else:
            yield _row(line, found, header)


def _header(path: Path, encoding: str) -> tuple[Header, str]:
    for delimiter in DELIMITERS:
        first = next((found for _line, found in _records(path, encoding, delimiter, header=True)), None)
        if isinstance(first, list) and (header := Header.read(first)).is_shopify:
            return header, delimiter
    raise InvalidInput(
        "This does not look like a Shopify product export: its first line must name the columns, "
        "“Handle” and “Title” among them."
    )


def _records(
    path: Path, encoding: str, delimiter: str, *, header: bool = False
) -> Iterator[tuple[int, list[str] | Remark]]:
    try:
        file = path.open(newline="", encoding=encoding, errors="surrogateescape")
    except (OSError, LookupError) as error:
        raise InvalidInput(f"The file cannot be read: {error}") from error
    with file:
        lines = Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        is_first = True
        while True:
            start = lines.begin()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                lines.skip_one()
                yield start, Remark(start, _broken(str(error)))
            except UnicodeError as error:
                raise InvalidInput(f"The file cannot be read as {encoding}: {error}") from error
            else:
                is_blank = not any(cell.strip() for cell in cells)
                if not is_blank and (header or not is_first):
                    yield start, cells
                is_first = is_first and is_blank


def _row(line: int, found: list[str], header: Header) -> Row | Remark:
    texts = [cell.strip().replace("\r\n", "\n").replace("\r", "\n") for cell in found]
    if tuple(texts) == header.names:
        return Remark(line, "the names of the columns again, left out", is_problem=False)
    if any("\udc80" <= c <= "\udcff" for text in texts for c in text):
        return Remark(line, _NOT_UTF8)
    if any(texts[len(header.fields) :]):
        return Remark(line, f"{len(texts)} cells, but the first line names {len(header.fields)} columns")
    pairs = list(zip(header.fields, header.names, texts, strict=False))
    return Row(
        line=line,
        cells={field: text for field, _name, text in pairs if field and text},
        unused=tuple(name for field, name, text in pairs if text and not field and text not in EVERYDAY),
    )


def _broken(error: str) -> str:
    if "expected after" in error:
        return "a quotation mark within a quoted text is not doubled"
    if "larger than" in error or "unexpected end" in error:
        return "a quoted text that begins here never ends"
    return f"this is not CSV: {error}"


_NOT_UTF8 = "not UTF-8. Save the file as UTF-8, or name its encoding: --encoding cp1252"
