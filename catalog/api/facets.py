"""`facets=true` on GET /api/products/: how many products each choice would show."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter
from rest_framework.request import Request

from catalog.selectors.facets import Choice, Facets
from shop.api.fields import ASKED_FLAG
from shop.api.pagination import ShopPagination
from shop.common.text import YES

FACETS = OpenApiParameter(
    "facets",
    ASKED_FLAG,
    description="Adds `facets`: each counted without its own selection. What the index alone can count is null or "
    "empty while the database answers.",
)
COUNT: dict[str, Any] = {"type": ["integer", "null"], "minimum": 0}


def wants_facets(request: Request) -> bool:
    return request.query_params.get("facets", "").lower() in YES


def as_values(found: Facets) -> dict[str, Any]:
    return {
        "brands": [_label(choice) for choice in found.brands],
        "tags": [_label(choice) for choice in found.tags],
        "options": [
            {"name": option.name, "values": [_value(choice) for choice in option.choices]} for option in found.options
        ],
        "ratings": [{"min_rating": choice.code, **_counted(choice)} for choice in found.stars],
        "categories": [{"id": pk, "count": count} for pk, count in sorted(found.by_category.items())],
        "in_stock": found.in_stock,
        "on_sale": found.on_sale,
    }


def _counted(choice: Choice) -> dict[str, Any]:
    return {"count": choice.count, "selected": choice.chosen}


def _label(choice: Choice) -> dict[str, Any]:
    return {"slug": choice.code, "name": choice.label, **_counted(choice)}


def _value(choice: Choice) -> dict[str, Any]:
    return {"value": choice.code, **_counted(choice)}


class ProductPagination(ShopPagination):
    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        described = super().get_paginated_response_schema(schema)
        described["properties"]["facets"] = FACETS_SCHEMA
        return described


def _list_of(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": {"type": "object", "required": list(properties), "properties": properties}}


TEXT, NUMBER, FLAG = {"type": "string"}, {"type": "integer", "minimum": 0}, {"type": "boolean"}
FACETS_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "With `facets=true`.",
    "required": ["brands", "tags", "options", "ratings", "categories", "in_stock", "on_sale"],
    "properties": {
        "brands": _list_of(slug=TEXT, name=TEXT, count=NUMBER, selected=FLAG),
        "tags": _list_of(slug=TEXT, name=TEXT, count=NUMBER, selected=FLAG),
        "options": _list_of(name=TEXT, values=_list_of(value=TEXT, count=NUMBER, selected=FLAG)),
        "ratings": _list_of(min_rating=TEXT, count=NUMBER, selected=FLAG),
        "categories": _list_of(id=NUMBER, count=NUMBER),
        "in_stock": COUNT,
        "on_sale": COUNT,
    },
}
