"""Lists: numbered pages to a depth that costs nothing, and cursors without end."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import remove_query_param, replace_query_param
from rest_framework.views import APIView

from shop.api.parameters import check_parameters
from shop.api.serializers import query_of
from shop.common.errors import InvalidInput

PAGE_SIZE = 24
LARGEST_PAGE = 100
PAGING = ("page", "page_size", "cursor")
DEEPEST = 10_000
NEXT, PREVIOUS = "n", "p"


class PageTooDeep(InvalidInput):
    code = "page_too_deep"
    default_message = _("Pages end here. Page by `cursor` to read on, or narrow the search.")


class InvalidCursor(InvalidInput):
    code = "invalid_cursor"
    default_message = _("Use a cursor as it stands in `next` or `previous`.")


class _PageQuery(serializers.Serializer[Any]):
    page = serializers.IntegerField(min_value=1, default=1)
    page_size = serializers.IntegerField(min_value=1, max_value=LARGEST_PAGE, default=PAGE_SIZE)


@dataclass(frozen=True, kw_only=True)
class Page:
    """Which rows were asked for: `number` counts from 1."""

    number: int
    size: int

    @property
    def rows(self) -> slice:
        return slice((self.number - 1) * self.size, self.number * self.size)


def page_of(request: Request) -> Page:
    """The page asked for. Raises ValidationError and PageTooDeep."""
    asked = query_of(request, _PageQuery)
    if asked["page"] * asked["page_size"] > DEEPEST:
        raise PageTooDeep(field="page")
    return Page(number=asked["page"], size=asked["page_size"])


def page_body(request: Request, page: Page, results: list[Any], count: int) -> dict[str, Any]:
    """The list's body for a numbered page; `count` may end at 10,001, which says "more"."""
    url = request.build_absolute_uri()
    more = count > page.rows.stop and page.rows.stop + page.size <= DEEPEST
    return {
        "count": min(count, DEEPEST),
        "count_exact": count <= DEEPEST,
        "next": replace_query_param(url, "page", page.number + 1) if more else None,
        "previous": _before(url, page),
        "results": results,
    }


def cursor_body(request: Request, keyset: Keyset, results: list[Any], count: int) -> dict[str, Any]:
    """The list's body for what `keyset` has read."""
    url = remove_query_param(request.build_absolute_uri(), "page")
    return {
        "count": min(count, DEEPEST),
        "count_exact": count <= DEEPEST,
        "next": replace_query_param(url, "cursor", keyset.next) if keyset.next else None,
        "previous": replace_query_param(url, "cursor", keyset.previous) if keyset.previous else None,
        "results": results,
    }


def bounded_count(queryset: QuerySet[Any]) -> int:
    """The number of rows, counted to 10,001 at most."""
    return queryset.order_by()[: DEEPEST + 1].count()


class ShopPagination(BasePagination):
    """`page` and `page_size`, or `cursor` (empty to begin) in the view's `cursor_ordering`.

    `cursor_ordering` names columns that are never null, the last of them unique: ("-pk",) unless the view says so.
    The view's `query_serializer` reads its filters; other parameters are refused.
    """

    def paginate_queryset(self, queryset: Any, request: Request, view: APIView | None = None) -> list[Any] | None:
        self.request = request
        filters = getattr(view, "query_serializer", serializers.Serializer)
        check_parameters(request, [*PAGING, *filters().fields])
        self.page = page_of(request)
        self.count = bounded_count(queryset)
        self.keyset: Keyset | None = None
        if "cursor" not in request.query_params:
            return list(queryset[self.page.rows])
        ordering = getattr(view, "cursor_ordering", ("-pk",))
        self.keyset = Keyset(ordering, size=self.page.size)
        return self.keyset.read(queryset, request.query_params["cursor"])

    def get_paginated_response(self, data: Any) -> Response:
        if self.keyset is not None:
            return Response(cursor_body(self.request, self.keyset, data, self.count))
        return Response(page_body(self.request, self.page, data, self.count))

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        link = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["count", "count_exact", "next", "previous", "results"],
            "properties": {
                "count": {"type": "integer", "description": "Exact to 10,000."},
                "count_exact": {"type": "boolean"},
                "next": link,
                "previous": link,
                "results": schema,
            },
        }

    def get_schema_operation_parameters(self, view: APIView) -> list[dict[str, Any]]:
        return [
            _parameter("page", {"type": "integer", "minimum": 1, "default": 1}, "To 10,000 rows deep."),
            _parameter(
                "page_size", {"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE, "default": PAGE_SIZE}, ""
            ),
            _parameter("cursor", {"type": "string"}, "Empty to begin; then as in `next`. Without end."),
        ]


class Keyset:
    """A page after or before a row, found by the row's values instead of by counting.

    `ordering` names columns or annotations of the queryset.
    """

    def __init__(self, ordering: tuple[str, ...], *, size: int) -> None:
        self.ordering = ordering
        self.size = size
        self.next = ""
        self.previous = ""

    def read(self, queryset: QuerySet[Any], cursor: str) -> list[Any]:
        """The rows `cursor` points at; sets `next` and `previous`. Raises InvalidCursor."""
        self.fields = [_field(queryset, name) for name in self.ordering]
        direction, values = self._decoded(cursor)
        ordering = self.ordering if direction == NEXT else tuple(_turned(name) for name in self.ordering)
        if values:
            queryset = queryset.filter(_beyond(ordering, values))
        found = list(queryset.order_by(*ordering)[: self.size + 1])
        more, rows = len(found) > self.size, found[: self.size]
        if direction == PREVIOUS:
            rows.reverse()
        if rows and (more or direction == PREVIOUS):
            self.next = self._encoded(NEXT, rows[-1])
        if rows and values and (more or direction == NEXT):
            self.previous = self._encoded(PREVIOUS, rows[0])
        return rows

    def _encoded(self, direction: str, row: Model) -> str:
        values = [_text(row, name.lstrip("-")) for name in self.ordering]
        return base64.urlsafe_b64encode(json.dumps([direction, *values]).encode()).decode().rstrip("=")

    def _decoded(self, cursor: str) -> tuple[str, list[Any]]:
        if not cursor:
            return NEXT, []
        try:
            direction, *texts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
            if direction not in (NEXT, PREVIOUS) or not all(isinstance(text, str) for text in texts):
                raise InvalidCursor(field="cursor")
            return direction, [field.clean(text, None) for field, text in zip(self.fields, texts, strict=True)]
        except (binascii.Error, ValueError, TypeError, OverflowError, RecursionError, ValidationError) as error:
            raise InvalidCursor(field="cursor") from error


def _beyond(ordering: tuple[str, ...], values: list[Any]) -> Q:
    """The rows after these values: (a > x) or (a = x and b > y) …"""
    condition, same = Q(), Q()
    for name, value in zip(ordering, values, strict=True):
        column = name.lstrip("-")
        condition |= same & Q(**{f"{column}__{'lt' if name.startswith('-') else 'gt'}": value})
        same &= Q(**{column: value})
    return condition


def _field(queryset: QuerySet[Any], name: str) -> Any:
    column, model = name.lstrip("-"), queryset.model
    if column in queryset.query.annotations:
        return queryset.query.annotations[column].output_field
    try:
        return model._meta.pk if column == "pk" else model._meta.get_field(column)
    except FieldDoesNotExist as error:
        raise AssertionError(f"cursor_ordering names {column}, which {model.__name__} does not have") from error


def _text(row: Model, column: str) -> str:
    value = getattr(row, column)
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)


def _turned(name: str) -> str:
    return name[1:] if name.startswith("-") else f"-{name}"


def _before(url: str, page: Page) -> str | None:
    if page.number == 1:
        return None
    return replace_query_param(url, "page", page.number - 1)


def _parameter(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "required": False, "schema": schema, "description": description}
