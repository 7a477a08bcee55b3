"""What an import has to say about a line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Remark:
    """`is_problem`: the line, or the part the text names, was not imported. Otherwise it was, but not as it stands."""

    line: int
    text: str
    is_problem: bool = True

    def __str__(self) -> str:
        return f"line {self.line}: {self.text}"


class BadValue(ValueError):
    """A cell that cannot be used; the message says why and how to mend it."""
