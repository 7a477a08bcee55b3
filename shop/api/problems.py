"""Every error of the API as application/problem+json (RFC 9457), made in this one place.

`code` is stable and what clients compare; `errors` names fields; `request_id` is what to quote to the operator.
"""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.core.exceptions import ValidationError as DjangoValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.fields import get_error_detail
from rest_framework.response import Response
from rest_framework.views import set_rollback

from shop.common.errors import Forbidden, InvalidInput, NotFound, ShopError, TooManyRequests

MEDIA_TYPE = "application/problem+json"
# What is wrong with a body as a whole, said at its head as well as beside the field.
OF_THE_WHOLE = ("unknown_field", "unknown_parameter", "read_only")
# DRF's word for it → ours, where services say the same thing by another.
CODES = {"permission_denied": Forbidden.code, "throttled": TooManyRequests.code, "invalid_input": InvalidInput.code}


class BodyTooLarge(ShopError):
    code = "too_large"
    status = 413
    default_message = gettext_lazy("This is more than is read at once.")


OF_DJANGO: dict[type[Exception], type[ShopError]] = {
    Http404: NotFound,
    PermissionDenied: Forbidden,
    RequestDataTooBig: BodyTooLarge,
}


def exception_handler(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's EXCEPTION_HANDLER. None, for what nobody foresaw, becomes Django's 500."""
    problem = problem_of(error)
    if problem is None:
        return None
    set_rollback()
    request = context["request"]
    response = Response(
        {**problem, "request_id": getattr(request, "request_id", "")},
        status=problem["status"],
        headers=_headers(error),
    )
    renderer = getattr(request, "accepted_renderer", None)
    if renderer is None or renderer.format == "json":
        response.content_type = MEDIA_TYPE
    return response


def problem_response(request: HttpRequest, error: ShopError | exceptions.APIException) -> JsonResponse:
    """The same answer from outside of DRF's views."""
    body = problem_of(error) or {}
    return JsonResponse(
        {**body, "request_id": getattr(request, "request_id", "")}, status=body["status"], content_type=MEDIA_TYPE
    )


def problem_of(error: Exception) -> dict[str, Any] | None:
    """The problem an exception stands for; None when it is a defect."""
    if isinstance(error, ShopError):
        return _of_shop_error(error)
    for kind, ours in OF_DJANGO.items():
        if isinstance(error, kind):
            return _of_shop_error(ours())
    if isinstance(error, DjangoValidationError):
        return _of_api_exception(exceptions.ValidationError(get_error_detail(error)))
    if isinstance(error, exceptions.APIException):
        return _of_api_exception(error)
    return None


def _of_shop_error(error: ShopError) -> dict[str, Any]:
    fields = error.fields if isinstance(error, InvalidInput) else {}
    errors = [
        {"field": field, "code": error.error_code, "detail": str(message)}
        for field, messages in fields.items()
        for message in messages
    ]
    return {**_problem(error.status, error.error_code, str(error.message), errors), **error.extra()}


def _of_api_exception(error: exceptions.APIException) -> dict[str, Any]:
    if isinstance(error, exceptions.ValidationError):
        errors = list(_flat(error.detail))
        found = {each["code"] for each in errors}
        code = next((code for code in OF_THE_WHOLE if code in found), InvalidInput.code)
        return _problem(error.status_code, code, str(InvalidInput.default_message), errors)
    code = str(getattr(error.detail, "code", error.default_code))
    return _problem(error.status_code, CODES.get(code, code), str(error.detail), [])


def _problem(status: int, code: str, detail: str, errors: list[dict[str, str]]) -> dict[str, Any]:
    return {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": errors,
    }


def _flat(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """DRF's nested errors as a list: {"lines": [{"quantity": [...]}]} → field "lines.0.quantity"."""
    if isinstance(detail, dict):
        for name, inner in detail.items():
            yield from _flat(inner, path if name == "non_field_errors" else f"{path}.{name}".lstrip("."))
    elif isinstance(detail, list):
        for position, inner in enumerate(detail):
            nested = isinstance(inner, dict | list)
            yield from _flat(inner, f"{path}.{position}".lstrip(".") if nested else path)
    else:
        yield {"field": path, "code": str(getattr(detail, "code", "invalid")), "detail": str(detail)}


def _headers(error: Exception) -> dict[str, str]:
    headers = {}
    if auth_header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = auth_header
    wait = error.retry_after if isinstance(error, TooManyRequests) else getattr(error, "wait", None)
    if wait:
        headers["Retry-After"] = str(int(wait))
    return headers


class Unforeseen(exceptions.APIException):
    """A defect of ours; the trace is in the log, under the request's id."""

    default_code = "server_error"

    def __init__(self) -> None:
        super().__init__(_("Something went wrong on our side."))
