"""Pages that are rendered once for each version of the catalogue, whoever looks at them."""

from __future__ import annotations

import hashlib
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language

from catalog.search.version import Version, known_version, read_version
from catalog.selectors.frame import Frame, get_frame
from catalog.selectors.index import page_version
from catalog.selectors.listing_query import OPTION_PREFIX
from catalog.selectors.offers import ProductStock
from catalog.web.strangers import SharedAnswer, offer_to_strangers
from shop.common.personal import fill_but_token, render_shared, shared_parameters, with_token

LIST_PARAMETERS = (
    "search", "category", "brand", "tag", "min_price", "max_price", "min_rating", "in_stock", "on_sale", "ordering",
    "page", OPTION_PREFIX,
)  # fmt: skip
LONGEST_ADDRESS = 500

Context = dict[str, Any]

_frames: dict[str, Frame] = {}


@dataclass(frozen=True, kw_only=True)
class SharedPage:
    """`build` makes the context, given the frame; `parameters` are all of the address that it depends on.

    `also` is what else the page shows, such as the variant chosen; `personal` the context of the visitor's parts,
    `stock` what of it changes without a new version of the catalogue, and `version` that where it is known.
    """

    template: str
    build: Callable[[Frame], Context]
    parameters: tuple[str, ...] = ()
    also: tuple[object, ...] = ()
    personal: Mapping[str, Any] | None = None
    stock: ProductStock | None = None
    version: Version | None = None


@dataclass(frozen=True, kw_only=True)
class SharedHtml:
    """A page with marks for the visitor's parts. `made_at` is in seconds since 1970."""

    html: str
    made_at: float
    is_reusable: bool = True


def respond(request: HttpRequest, page: SharedPage) -> HttpResponse:
    """The page, from memory where the same was asked for since the last change. Raises what `build` raises."""
    seen = (page.version or read_version()) if settings.SHOP_PAGE_CACHE_SECONDS else None
    version = page_version(seen) if seen else ""
    key = _key(request, page, version)
    shared = _recall(key)
    if shared is None:
        with known_version(seen):
            shared = _make(request, page, version)
        _keep(key, shared)
    filled = fill_but_token(shared.html, request, page.personal or {})
    response = HttpResponse(with_token(filled, request))
    patch_vary_headers(response, ["Cookie"])
    is_whole = request.GET.keys() <= shared_parameters(request.GET, page.parameters).keys()
    if key and shared.is_reusable and is_whole:
        answer = SharedAnswer(version=version, html=filled, made_at=shared.made_at, stock=page.stock)
        offer_to_strangers(response, answer)
    return response


def _make(request: HttpRequest, page: SharedPage, version: str) -> SharedHtml:
    frame = _frame_at(version)
    context: Context = {"frame": frame} | page.build(frame)
    html = render_shared(page.template, context, request, page.parameters)
    return SharedHtml(html=html, made_at=time.time(), is_reusable=context.get("is_reusable", True))


def _recall(key: str) -> SharedHtml | None:
    kept = cache.get(key) if key else None
    return SharedHtml(made_at=kept[0], html=zlib.decompress(kept[1]).decode()) if kept else None


def _keep(key: str, shared: SharedHtml) -> None:
    if key and shared.is_reusable:
        kept = (shared.made_at, zlib.compress(shared.html.encode(), 1))
        cache.set(key, kept, settings.SHOP_PAGE_CACHE_SECONDS)


def _frame_at(version: str) -> Frame:
    """What stands around every page, read once for each version. Without one each page reads it.

    What was rendered of it stays where another version brings the same.
    """
    if not version:
        return get_frame()
    frame = _frames.get(version)
    if frame is None:
        frame = get_frame()
        frame = next((known for known in list(_frames.values()) if known == frame), frame)
        _frames.clear()
        _frames[version] = frame
    return frame


def _key(request: HttpRequest, page: SharedPage, version: str) -> str:
    """Empty for pages that are not kept: without a version to tell them by, or with a long tail of parameters."""
    asked = shared_parameters(request.GET, page.parameters).urlencode()
    if not version or len(asked) > LONGEST_ADDRESS:
        return ""
    parts = (version, get_language(), request.path, asked, page.template, page.also)
    return "html:" + hashlib.sha256(repr(parts).encode()).hexdigest()
