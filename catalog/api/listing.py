"""What GET /api/products/ asks for, read from its query string."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import NotAuthenticated
from rest_framework.request import Request

from catalog.api.facets import FACETS, as_values, wants_facets
from catalog.api.representation import is_editor
from catalog.models import Category, Product, ProductStatus
from catalog.selectors.categories import category_family, find_category
from catalog.selectors.facets import facets, facets_with
from catalog.selectors.index import finder_for
from catalog.selectors.listing import cursor_listing, list_with
from catalog.selectors.listing_query import (
    MOST_OPTIONS,
    MOST_VALUES,
    OPTION_PREFIX,
    ORDERINGS,
    FieldErrors,
    ListingQuery,
    parse_listing,
)
from shop.api.fields import ASKED_FLAG, YEARS
from shop.api.pagination import PAGING, Keyset, bounded_count, cursor_body, page_body, page_of
from shop.api.parameters import check_parameters
from shop.common.errors import Forbidden, InvalidInput
from shop.common.text import NO, YES

LABELS = ("brand", "tag")


@dataclass(frozen=True, kw_only=True)
class Asked:
    query: ListingQuery
    category: Category | None


def asked_of(request: Request) -> Asked:
    """Raises InvalidInput naming every parameter that cannot be used, Forbidden for statuses that are staff's."""
    check_parameters(request, [*PAGING, *(each.name for each in PARAMETERS)], repeatable=LABELS, prefix=OPTION_PREFIX)
    page = page_of(request)
    query, errors = parse_listing(request.query_params, page_size=page.size)
    errors.pop("page", None)
    query = query.without(page=page.number)
    category = _category(query.category) if query.category else None
    if query.category and category is None:
        errors["category"] = [_("There is no such category.")]
    since, status = request.query_params.get("modified_since", ""), status_of(request)
    moment = _moment(since) if since else None
    if since and moment is None:
        errors["modified_since"] = [_("Write a time such as 2026-11-21T08:30:00Z.")]
    if request.query_params.get("facets", "").lower() not in {"", *YES, *NO}:
        errors["facets"] = [_("This is true or false.")]
    errors.update(_too_many(request))
    if errors:
        raise InvalidInput(fields=errors)
    return Asked(query=query.without(modified_since=moment, status=status), category=category)


def status_of(request: Request) -> str:
    """The status of products asked for: `active`, and for staff another one."""
    status = request.query_params.get("status", "") or ProductStatus.ACTIVE
    if status not in ProductStatus.values:
        raise InvalidInput(_("This is active, draft or archived."), field="status")
    if status != ProductStatus.ACTIVE and not is_editor(request):
        raise NotAuthenticated if request.auth is None and not request.user.is_authenticated else Forbidden
    return status


def read_list(request: Request, asked: Asked) -> tuple[list[Product], dict[str, Any]]:
    """The products of the page, and the list's body still without results."""
    if "cursor" in request.query_params:
        rows, columns = cursor_listing(asked.query, category=asked.category)
        keyset = Keyset(columns, size=asked.query.page_size)
        products = keyset.read(rows, request.query_params["cursor"])
        body = cursor_body(request, keyset, [], bounded_count(rows))
        if wants_facets(request):
            body["facets"] = as_values(facets(asked.query, category=asked.category))
        return products, body
    finder = finder_for(asked.query, asked.category)
    found = list_with(finder, asked.query, category=asked.category, beyond_is_empty=True)
    count = found.count if found.count_exact else found.count + 1
    body = page_body(request, page_of(request), [], count)
    if wants_facets(request):
        body["facets"] = as_values(facets_with(finder, asked.query, category=asked.category))
    return found.products, body


def _category(text: str) -> Category | None:
    found = find_category(text)
    family = category_family(found.url_path) if found else None
    return family.category if family else None


def _too_many(request: Request) -> FieldErrors:
    """What pages leave away: a program is told."""
    parameters = request.query_params
    several = [name for name in parameters if name in LABELS or name.startswith(OPTION_PREFIX)]
    message = _("Send at most %(most)d of these.")
    found: FieldErrors = {
        name: [message % {"most": MOST_VALUES}] for name in several if len(parameters.getlist(name)) > MOST_VALUES
    }
    for name in sorted(name for name in several if name not in LABELS)[MOST_OPTIONS:]:
        found[name] = [message % {"most": MOST_OPTIONS}]
    return found


def _moment(text: str) -> datetime | None:
    """A "+" that was not escaped arrives as a blank. A moment that databases cannot reckon with is none."""
    if "T" not in text.upper() or len(text) > 40:
        return None
    try:
        moment = parse_datetime(text.strip().replace(" ", "+"))
    except ValueError:
        return None
    if moment is None or not YEARS[0] <= moment.year <= YEARS[1]:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _parameter(name: str, schema: dict[str, Any], description: str = "") -> OpenApiParameter:
    return OpenApiParameter(name, schema, description=description)


AMOUNT = {"type": "string", "examples": ["25.50"]}
STATUS = _parameter(
    "status", {"type": "string", "enum": ["", *ProductStatus.values]}, "Others than `active`: for staff."
)
PARAMETERS = [
    _parameter("search", {"type": "string", "maxLength": 100}, "Words; all must be there."),
    _parameter("category", {"type": "string"}, "Id or slug, with its descendants."),
    _parameter("brand", {"type": "array", "items": {"type": "string"}}, "Slug; several are alternatives."),
    _parameter("tag", {"type": "array", "items": {"type": "string"}}, "Slug; several are alternatives."),
    _parameter("min_price", AMOUNT),
    _parameter("max_price", AMOUNT),
    _parameter("in_stock", ASKED_FLAG),
    _parameter("on_sale", ASKED_FLAG),
    _parameter("min_rating", {"type": "string", "examples": ["4"]}, "From 0 to 5."),
    _parameter("option.<name>", {"type": "array", "items": {"type": "string"}}, "As `option.Size=A4`; repeatable."),
    _parameter("modified_since", {"type": "string", "format": "date-time"}, "Changed then or later; see `cursor`."),
    _parameter("ordering", {"type": "string", "enum": ["", *ORDERINGS]}),
    FACETS,
    STATUS,
]
