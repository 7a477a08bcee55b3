"""Bodies as they arrive."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser as PlainJSONParser

MOST_LEVELS = 20
TOO_DEEP = _("This is nested too deeply.")


class JSONParser(PlainJSONParser):
    """DRF's own, which answers what is nested without end by an error of its own."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
        except RecursionError as error:
            raise ParseError(TOO_DEEP) from error
        if _levels_exceed(MOST_LEVELS, data):
            raise ParseError(TOO_DEEP)
        return data


def _levels_exceed(most: int, data: Any) -> bool:
    level = [data]
    for _level in range(most):
        level = [inner for value in level for inner in _inside(value)]
        if not level:
            return False
    return True


def _inside(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()
