"""Pages that are rendered once for each version of the catalogue, whoever looks at them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language

from catalog.selectors.frame import Frame, get_frame
from catalog.selectors.index import page_version
from catalog.selectors.listing_query import OPTION_PREFIX
from shop.common.personal import fill, render_shared, shared_parameters

LIST_PARAMETERS = (
    "search", "category", "brand", "tag", "min_price", "max_price", "min_rating", "in_stock", "on_sale", "ordering",
    "page", OPTION_PREFIX,
)  # fmt: skip
LONGEST_ADDRESS = 500

Context = dict[str, Any]

_frames: dict[str, Frame] = {}


@dataclass(frozen=True, kw_only=True)
class SharedPage:
    """`build` makes the context, `parameters` are all of the address that it depends on.

    `also` is what else the page shows, such as the variant chosen; `personal` the context of the visitor's parts.
    """

    template: str
    build: Callable[[], Context]
    parameters: tuple[str, ...] = ()
    also: tuple[object, ...] = ()
    personal: Mapping[str, Any] | None = None


def respond(request: HttpRequest, page: SharedPage) -> HttpResponse:
    """The page, from memory where the same was asked for since the last change. Raises what `build` raises."""
    version = page_version() if settings.SHOP_PAGE_CACHE_SECONDS else ""
    key = _key(request, page, version)
    html = cache.get(key) if key else None
    if html is None:
        context = _frame_at(version) | page.build()
        html = render_shared(page.template, context, request, page.parameters)
        if key and context.get("is_reusable", True):
            cache.set(key, html, settings.SHOP_PAGE_CACHE_SECONDS)
    return HttpResponse(fill(html, request, page.personal or {}))


def _frame_at(version: str) -> Context:
    """What stands around every page, read once for each version. Without one each page reads it."""
    if not version:
        return {}
    frame = _frames.get(version)
    if frame is None:
        frame = get_frame()
        _frames.clear()
        _frames[version] = frame
    return {"frame": frame}


def _key(request: HttpRequest, page: SharedPage, version: str) -> str:
    """Empty for pages that are not kept: without a version to tell them by, or with a long tail of parameters."""
    asked = shared_parameters(request.GET, page.parameters).urlencode()
    if not version or len(asked) > LONGEST_ADDRESS:
        return ""
    parts = (version, get_language(), request.path, asked, page.template, page.also)
    return "page:" + hashlib.sha256(repr(parts).encode()).hexdigest()
