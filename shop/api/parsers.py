"""Bodies as they arrive."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import ErrorDetail, ParseError, ValidationError
from rest_framework.parsers import JSONParser as PlainJSONParser

MOST_LEVELS = 20
TOO_DEEP = _("This is nested too deeply.")


class JSONParser(PlainJSONParser):
    """DRF's own, but strict: nothing is nested without end, and a field that stands there twice is refused."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            data = json.loads(stream.read().decode(), object_pairs_hook=_object, parse_constant=_no_number)
        except UnicodeDecodeError as error:
            raise ParseError(_("The body is not UTF-8.")) from error
        except RecursionError as error:
            raise ParseError(TOO_DEEP) from error
        except json.JSONDecodeError as error:
            where = {"line": error.lineno, "column": error.colno, "problem": error.msg}
            raise ParseError(_("This is no JSON: %(problem)s (line %(line)d, column %(column)d).") % where) from error
        except ValueError as error:  # more digits than Python reads
            raise ParseError(_("There is a number with too many digits.")) from error
        if _levels_exceed(MOST_LEVELS, data):
            raise ParseError(TOO_DEEP)
        return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raises ValidationError: which of the two would count is anybody's guess."""
    found = dict(pairs)
    if len(found) < len(pairs):
        times = Counter(name for name, _value in pairs)
        error = ErrorDetail(str(_("Send this once.")), code="duplicate")
        raise ValidationError({name: [error] for name, count in times.items() if count > 1})
    return found


def _no_number(name: str) -> None:
    raise ParseError(_("%(name)s is no number of JSON.") % {"name": name})


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
