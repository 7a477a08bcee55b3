"""Bodies: what the shop does not know is refused, and what may not be changed may only be repeated."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from django.utils.translation import gettext as _
from rest_framework import serializers
from rest_framework.exceptions import ErrorDetail
from rest_framework.request import Request
from rest_framework.response import Response

READ_ONLY = "read_only"
UNKNOWN_FIELD = "unknown_field"

T = TypeVar("T")


class StrictSerializer(serializers.Serializer[Any]):
    """Unknown fields are refused; read-only ones are ignored when they equal the present value, else refused.

    So a PUT of what a GET gave works. The present value is that of `instance`; without one there is none.
    """

    def to_internal_value(self, data: Any) -> Any:
        refused = self._refused(data) if isinstance(data, Mapping) else {}
        try:
            values = super().to_internal_value(data)
        except serializers.ValidationError as error:
            if isinstance(error.detail, dict):
                raise serializers.ValidationError({**error.detail, **refused}) from error
            raise
        if refused:
            raise serializers.ValidationError(refused)
        return values

    def _refused(self, data: Mapping[str, Any]) -> dict[str, list[ErrorDetail]]:
        refused: dict[str, list[ErrorDetail]] = {}
        for name, value in data.items():
            if name == "csrfmiddlewaretoken":
                continue  # the browsable API's forms carry it
            field = self.fields.get(name)
            if field is None:
                refused[str(name)] = [ErrorDetail(_("There is no such field."), code=UNKNOWN_FIELD)]
            elif field.read_only and not self._is_present_value(field, value):
                refused[name] = [ErrorDetail(_("This field cannot be changed."), code=READ_ONLY)]
        return refused

    def _is_present_value(self, field: serializers.Field[Any, Any, Any, Any], value: Any) -> bool:
        present = getattr(self.root, "instance", None) if self.root is self else None
        if present is None:
            return False
        shown = field.get_attribute(present)
        return bool(value == (None if shown is None else field.to_representation(shown)))


def located(request: Request, response: Response, *, at: str) -> Response:
    """A 201 that says where what was made is found from now on: `at` is a path below /api/."""
    if response.status_code == HTTPStatus.CREATED:
        response["Location"] = request.build_absolute_uri(f"/api/{at}")
    return response


def body_of(request: Request, serializer: type[serializers.BaseSerializer[Any]], **kwargs: Any) -> dict[str, Any]:
    """The request's body, checked by `serializer`. Raises ValidationError by field."""
    checked = serializer(data=request.data, **kwargs)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


def query_of(request: Request, serializer: type[serializers.BaseSerializer[Any]]) -> dict[str, Any]:
    """The query string, checked by `serializer` (a plain one: who reads a list refuses other parameters).

    A field that a form left empty arrives as "": it asks for nothing.
    """
    checked = serializer(data=request.query_params)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)
