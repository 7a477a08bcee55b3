"""Pages that are rendered once for all who look at them, until what they show changes."""

from __future__ import annotations

import hashlib
import logging
import time
import zlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, replace
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
from shop.common.digest import NoDigest, digest_of
from shop.common.personal import fill_but_token, render_shared, shared_parameters, with_token

LIST_PARAMETERS = (
    "search", "category", "brand", "tag", "min_price", "max_price", "min_rating", "in_stock", "on_sale", "ordering",
    "page", OPTION_PREFIX,
)  # fmt: skip
LONGEST_ADDRESS = 500

Context = dict[str, Any]

logger = logging.getLogger(__name__)
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
    """A page with marks for the visitor's parts. `made_at` is in seconds since 1970.

    `version` is the newest for which it is known to be true; `shows` the digest of all that it was made of.
    """

    html: str
    made_at: float
    version: str
    shows: str
    is_reusable: bool = True


def respond(request: HttpRequest, page: SharedPage) -> HttpResponse:
    """The page, from memory where nothing of it changed since it was asked for. Raises what `build` raises.

    While the catalogue has the same version nothing is read; after a change everything, and rendered what differs.
    """
    seen = (page.version or read_version()) if settings.SHOP_PAGE_CACHE_SECONDS else None
    version = page_version(seen) if seen else ""
    key = _key(request, page, version)
    shared = _recall(key)
    if shared is None or shared.version != version:
        with known_version(seen):
            shared = _make(request, page, version, before=shared)
        _keep(key, shared)
    filled = fill_but_token(shared.html, request, page.personal or {})
    response = HttpResponse(with_token(filled, request))
    patch_vary_headers(response, ["Cookie"])
    is_whole = request.GET.keys() <= shared_parameters(request.GET, page.parameters).keys()
    if key and shared.is_reusable and is_whole:
        answer = SharedAnswer(version=version, html=filled, made_at=shared.made_at, stock=page.stock)
        offer_to_strangers(response, answer)
    return response


def _make(request: HttpRequest, page: SharedPage, version: str, *, before: SharedHtml | None) -> SharedHtml:
    """Read anew, and rendered anew unless all of it is as `before`."""
    frame = _frame_at(version)
    shown = page.build(frame)
    shows = _digest(frame, shown) if version else ""
    if before is not None and shows and before.shows == shows:
        return replace(before, version=version)
    html = render_shared(page.template, {"frame": frame} | shown, request, page.parameters)
    is_reusable = shown.get("is_reusable", True)
    return SharedHtml(html=html, made_at=time.time(), version=version, shows=shows, is_reusable=is_reusable)


def _digest(frame: Frame, shown: Context) -> str:
    """Empty where something of it has none: the page is rendered after each change then."""
    try:
        return digest_of([frame.digest, shown])
    except NoDigest:
        logger.exception("page_without_digest")
        return ""


def _recall(key: str) -> SharedHtml | None:
    kept = cache.get(key) if key else None
    if kept is None:
        return None
    html = zlib.decompress(kept["html"]).decode()
    return SharedHtml(**{**kept, "html": html})


def _keep(key: str, shared: SharedHtml) -> None:
    """Until its time is over; being found true again makes it no younger."""
    left = shared.made_at + settings.SHOP_PAGE_CACHE_SECONDS - time.time()
    if key and shared.is_reusable and left > 0:
        cache.set(key, {**asdict(shared), "html": zlib.compress(shared.html.encode(), 1)}, left)


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
    """Empty for pages that are not kept: without a version to tell changes by, or with a long tail of parameters."""
    asked = shared_parameters(request.GET, page.parameters).urlencode()
    if not version or len(asked) > LONGEST_ADDRESS:
        return ""
    parts = (get_language(), request.path, asked, page.template, page.also)
    return "html:" + hashlib.sha256(repr(parts).encode()).hexdigest()
