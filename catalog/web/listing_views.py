"""Lists of products: everything, a category, a search."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from catalog.models import Category
from catalog.search.version import known_version, read_version
from catalog.selectors.categories import CategoryFamily, category_family, find_family
from catalog.selectors.codes import CodeHit, find_by_code
from catalog.selectors.facets import Facets, facets_with
from catalog.selectors.frame import Frame
from catalog.selectors.index import page_version
from catalog.selectors.listing import ListingPage, newest_products
from catalog.selectors.listing_query import FieldErrors, ListingQuery, parse_listing
from catalog.selectors.suggest import suggest
from catalog.selectors.wider import look_up, wider_searches
from catalog.services.record_search import record_hit, record_miss
from catalog.web.addresses import canonical
from catalog.web.filters import chips, orderings, unlisted_options
from catalog.web.shared import LIST_PARAMETERS, Context, SharedPage, respond
from catalog.web.strangers import SharedAnswer, offer_to_strangers
from shop.common.errors import NotFound


@dataclass(kw_only=True)
class Listed:
    """Everything a list's page is made of. `family` is the category looked at, if any.

    `has_all` is false where nothing has all of the words.
    """

    query: ListingQuery
    errors: FieldErrors
    family: CategoryFamily | None
    page: ListingPage
    facets: Facets
    has_all: bool

    @property
    def category(self) -> Category | None:
        return self.family.category if self.family else None


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    def build(_frame: Frame) -> Context:
        return {**_context(request, _listed(request)), "title": _("All goods")}

    return respond(request, SharedPage(template="catalog/list.html", build=build, parameters=LIST_PARAMETERS))


@require_safe
def category(request: HttpRequest, path: str) -> HttpResponse:
    def build(_frame: Frame) -> Context:
        family = category_family(path)
        if family is None:
            raise NotFound
        return {
            **_context(request, _listed(request, family), is_own_page=True),
            "title": family.category.name,
            "category": family.category,
            "trail": [(above.name, above.get_absolute_url()) for above in family.ancestors],
        }

    return respond(request, SharedPage(template="catalog/category.html", build=build, parameters=LIST_PARAMETERS))


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """A list once there are words; before that, a page to ask on."""
    query, errors = parse_listing(request.GET)
    if query == ListingQuery(search=query.search) and (hit := find_by_code(query.search)):
        return redirect(_address_of(hit))

    def build(_frame: Frame) -> Context:
        if not query.words:
            return {"noindex": True, "error_links": _error_links(errors), "is_reusable": not errors}
        return {**_context(request, _listed(request)), "noindex": True}

    page = SharedPage(template="catalog/search.html", build=build, parameters=LIST_PARAMETERS)
    return respond(request, page)


@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """The inside of the list under a search field."""
    seen = read_version()
    with known_version(seen):
        found = suggest(request.GET.get("search", ""))
    response = render(request, "catalog/suggestions.html", {"found": found})
    response["X-Robots-Tag"] = "noindex"
    version = page_version(seen)
    if version and request.GET.keys() <= {"search"}:
        offer_to_strangers(response, SharedAnswer(version=version, html=response.text, made_at=time.time(), stock=None))
    return response


def _listed(request: HttpRequest, family: CategoryFamily | None = None) -> Listed:
    query, errors = parse_listing(request.GET)
    if "page" in errors:
        raise NotFound
    if family is None and query.category:
        family = find_family(query.category)
        if family is None:
            errors["category"] = [_("There is no such category.")]
    within = family.category if family else None
    found = look_up(query, within=within)
    page = found.page
    countable = found.finder is not None or (page.count and page.count_exact)
    counts = facets_with(found.finder, query, category=within) if countable else Facets()
    return Listed(query=query, errors=errors, family=family, page=page, facets=counts, has_all=found.has_all)


def _address_of(hit: CodeHit) -> str:
    address = reverse("catalog:product", args=[hit.slug])
    return f"{address}?{urlencode({'variant': hit.variant_id})}" if hit.variant_id else address


def _remember(listed: Listed) -> None:
    """Count the words where nothing but words was asked. Searches answered from memory are not counted again."""
    query = listed.query
    if query.search and query == ListingQuery(search=query.search) and not listed.errors:
        (record_hit if listed.page.count and listed.has_all else record_miss)(query.search)


def _context(request: HttpRequest, listed: Listed, *, is_own_page: bool = False) -> dict[str, Any]:
    query, page = listed.query, listed.page
    is_reusable = not listed.errors and bool(page.count) and listed.has_all
    _remember(listed)
    applied = chips(request, query, listed.facets, None if is_own_page else listed.category)
    return {
        "is_reusable": is_reusable,
        "query": query,
        "page": page,
        "has_all": listed.has_all,
        "facets": listed.facets,
        "family": listed.family,
        "children": listed.family.children if listed.family else None,
        "orderings": orderings(query),
        "chips": applied,
        "can_narrow": bool(page.products or applied or listed.errors),
        "clear_url": _clear_url(request),
        "unlisted_options": unlisted_options(query, listed.facets),
        "error_links": _error_links(listed.errors),
        "field_errors": listed.errors,
        "canonical": canonical(request.path, page=1 if query.is_filtered else query.page),
        "noindex": query.is_filtered,
        "others": newest_products() if not page.count else [],
        "wider": wider_searches(query, within=listed.category) if not page.count else [],
    }


def _clear_url(request: HttpRequest) -> str:
    """The page without filters; a search keeps its words."""
    words = request.GET.get("search", "")
    if request.path == reverse("catalog:search") and words:
        return f"{request.path}?{urlencode({'search': words})}"
    return request.path


def _error_links(errors: FieldErrors) -> list[dict[str, str]]:
    return [{"id": name, "text": str(message)} for name, messages in errors.items() for message in messages]
