"""Names in a query string. One that nobody reads is refused as in a body: a misspelt filter would filter nothing."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request

from shop.common.text import text_problem

UNKNOWN_PARAMETER = "unknown_parameter"
FORMAT = "format"  # as clients of Django REST framework add it; what is answered goes by Accept
UNREADABLE = "\ufffd"  # what stands for bytes that are no UTF-8


def check_parameters(
    request: Request, known: Iterable[str], *, repeatable: Iterable[str] = (), prefix: str = ""
) -> None:
    """Raises ValidationError naming each parameter that is unknown, stands there twice, or is no text.

    What begins with `prefix` is known, and may be repeated. `format` is known everywhere, and means nothing.
    """
    many = set(repeatable)
    once = {*known, FORMAT} - many
    errors: dict[str, list[ErrorDetail]] = {}
    for name, values in request.query_params.lists():
        is_many = name in many or bool(prefix and name.startswith(prefix) and name != prefix)
        if name not in once and not is_many:
            errors[name] = [ErrorDetail(_("There is no such parameter."), code=UNKNOWN_PARAMETER)]
        elif len(values) > 1 and not is_many:
            errors[name] = [ErrorDetail(_("Send this once."), code="duplicate")]
        elif problem := _text_problem("".join([name, *values])):
            errors[name] = [ErrorDetail(problem, code="unusable_text")]
    if errors:
        raise ValidationError(errors)


def _text_problem(text: str) -> str:
    if UNREADABLE in text:
        return _("Write this in UTF-8.")
    return str(text_problem(text) or "")
