"""ETags: one part for edits, one for the rest, "<edit>.<rest>".

Who reads gets 304 while both parts are as they were. Who writes is refused only when the first has
changed: a shopper's hold must not make an editor's page stale. The edit part is a counter of edits, or stands
for a moment (`updated_at`), so that the service can ask for it in its UPDATE.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import Any

from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from rest_framework.request import Request
from rest_framework.response import Response

from shop.common.errors import ShopError

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
TAG = re.compile(r'"([^"]*)"')
EDIT = re.compile(r"[0-9a-f]{1,16}")
LARGEST_VERSION = 2**31 - 1
LONGEST = 1000


class Stale(ShopError):
    """Somebody else was quicker."""

    code = "stale"
    status = 412
    default_message = _("This was changed in the meantime. Read it again, then repeat your change.")


def etag(*, edited_at: datetime | None = None, version: int = 0, rest: Any = "") -> str:
    """The tag of something edited at that moment, or so often; `rest` is whatever else the answer shows (hashed)."""
    edit = (edited_at - EPOCH) // timedelta(microseconds=1) if edited_at else version
    return f'"{edit:x}.{hashlib.sha256(repr(rest).encode()).hexdigest()[:16]}"'


def not_modified(request: Request, tag: str) -> Response | None:
    """304 when the client has this already, else None: then send the tag along by `tagged`."""
    header = request.headers.get("If-None-Match", "")[:LONGEST]
    if header.strip() == "*" or tag.strip('"') in TAG.findall(header):
        return tagged(Response(status=304), tag)
    return None


def tagged(response: Response, tag: str) -> Response:
    """The answer with its tag. Who asks decides what is shown, so caches keep it for them alone, and ask again."""
    response["ETag"] = tag
    response["Cache-Control"] = "private, no-cache"
    patch_vary_headers(response, ("Authorization", "Cookie"))
    return response


def wanted_edits(request: Request) -> list[datetime] | None:
    """The moments of edit that If-Match allows; None when anything will do.

    For the service: `filter(updated_at__in=edits)` in its UPDATE, and `Stale` when that finds no row.
    """
    numbers = _wanted(request)
    return None if numbers is None else [moment for number in numbers if (moment := _moment(number))]


def wanted_versions(request: Request) -> list[int] | None:
    """The same where edits are counted: for `filter(edit_version__in=versions)`."""
    numbers = _wanted(request)
    return None if numbers is None else [number for number in numbers if 0 <= number <= LARGEST_VERSION]


def _wanted(request: Request) -> list[int] | None:
    header = request.headers.get("If-Match", "")[:LONGEST].strip()
    if not header or header == "*":
        return None
    return [number for tag in TAG.findall(header) if (number := _number(tag.partition(".")[0])) is not None]


def _number(text: str) -> int | None:
    return int(text, 16) if EDIT.fullmatch(text) else None


def _moment(microseconds: int) -> datetime | None:
    try:
        return EPOCH + timedelta(microseconds=microseconds)
    except OverflowError:
        return None
