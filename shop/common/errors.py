"""The shop's errors. Services raise them; pages and the API each translate them once.

Every class has a stable `code` and the HTTP `status` the API answers with. A message is a
sentence for people: what is wrong and how to mend it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Message = str | Promise


class ShopError(Exception):
    """Something the person at the other end can understand and mend."""

    code: ClassVar[str] = "error"
    status: ClassVar[int] = 400
    default_message: ClassVar[Message] = _("That did not work.")

    def __init__(self, message: Message | None = None, *, field: str = "", code: str = "") -> None:
        self.message: Message = message or self.default_message
        self.field = field
        self.error_code: str = code or self.code
        super().__init__(str(self.message))

    def extra(self) -> dict[str, Any]:
        """What the API adds to its answer beside the message, as plain JSON."""
        return {}


class InvalidInput(ShopError):
    """One or more fields hold something that cannot be used: `fields` maps name → messages."""

    code = "invalid"
    default_message = _("Please check what you entered.")

    def __init__(
        self,
        message: Message | None = None,
        *,
        field: str = "",
        code: str = "",
        fields: Mapping[str, Sequence[Message]] | None = None,
    ) -> None:
        super().__init__(message, field=field, code=code)
        self.fields: dict[str, list[Message]] = {k: list(v) for k, v in (fields or {}).items()}
        if field and not self.fields:
            self.fields = {field: [self.message]}


class NotFound(ShopError):
    code = "not_found"
    status = 404
    default_message = _("We could not find that.")


class Forbidden(ShopError):
    code = "forbidden"
    status = 403
    default_message = _("You may not do that.")


class Conflict(ShopError):
    code = "conflict"
    status = 409
    default_message = _("Something changed in the meantime.")


class TooManyRequests(ShopError):
    """A limit was reached; `retry_after` is in seconds."""

    code = "rate_limited"
    status = 429
    default_message = _("That was tried too often. Please wait a little.")

    def __init__(self, message: Message | None = None, *, retry_after: int = 60) -> None:
        super().__init__(message)
        self.retry_after = retry_after


@dataclass(frozen=True, kw_only=True)
class Shortage:
    """A line that asks for more than there is; `available` is what this cart could have in all."""

    variant_id: int
    sku: str
    name: str
    requested: int
    available: int


class InsufficientStock(Conflict):
    code = "insufficient_stock"
    default_message = _("There are not enough left.")

    def __init__(self, lines: Sequence[Shortage], message: Message | None = None) -> None:
        super().__init__(message or _shortage_message(lines))
        self.lines = list(lines)

    def extra(self) -> dict[str, Any]:
        return {"lines": [asdict(line) for line in self.lines]}


def _shortage_message(lines: Sequence[Shortage]) -> Message:
    if len(lines) != 1:
        return _("Some things in your bag are no longer there in that number.")
    line = lines[0]
    if line.available < 1:
        return _("%(name)s is sold out.") % {"name": line.name}
    return _("Only %(count)d of %(name)s left.") % {"count": line.available, "name": line.name}
