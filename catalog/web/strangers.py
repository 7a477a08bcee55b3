"""Whole answers kept for strangers: a page that nobody can be known by is the same for everybody.

A stranger asks for an address by GET and brings no cookie but the one that guards forms. The answer to one is
the answer to the next, with all its headers, as long as the catalogue has the same version and of the product
shown nothing was sold or put into a bag. Only the token in the forms is each stranger's own.
"""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware, get_token
from django.utils.translation import get_language

from catalog.search.version import Version, known_version, read_version
from catalog.selectors.index import page_version
from catalog.selectors.offers import ProductStock
from shop.common.personal import is_stranger, token_mark

MOST_BYTES = 8_000_000
# What an answer costs beside its page: headers, its address and Python's own part. Addresses are no longer than this.
BYTES_AROUND = 4_000
LONGEST_QUERY = 500
# What else may change an answer: a fragment is asked for, another site asks, or a program shows its key.
SPEAKING_HEADERS = ("HTTP_HX_REQUEST", "HTTP_ORIGIN", "HTTP_AUTHORIZATION", "HTTP_RANGE")

Address = tuple[str | bool | None, ...]


@dataclass(frozen=True, kw_only=True)
class SharedAnswer:
    """A page as strangers see it, with marks for the token; `version` and `stock` are what it was made from.

    `made_at` is when, in seconds of the clock: a page from the cache is no younger for being kept here.
    """

    version: str
    html: str
    made_at: float
    stock: ProductStock | None


@dataclass(frozen=True, kw_only=True)
class KeptAnswer:
    """The same with the headers of its answer. `pieces` is the page, cut where the token stands."""

    version: str
    stock: ProductStock | None
    pieces: list[bytes]
    headers: dict[str, str]
    until: float

    @property
    def size(self) -> int:
        return BYTES_AROUND + sum(len(piece) for piece in self.pieces)


@dataclass
class AnswerCache:
    """What was answered lately, by address; what was not asked for longest gives way."""

    kept: OrderedDict[Address, KeptAnswer] = field(default_factory=OrderedDict)
    size: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, address: Address) -> KeptAnswer | None:
        with self.lock:
            found = self.kept.get(address)
            if found is not None:
                self.kept.move_to_end(address)
            return found

    def put(self, address: Address, answer: KeptAnswer) -> None:
        with self.lock:
            before = self.kept.pop(address, None)
            self.kept[address] = answer
            self.size += answer.size - (before.size if before else 0)
            while self.size > MOST_BYTES:
                self.size -= self.kept.popitem(last=False)[1].size

    def drop(self, address: Address) -> None:
        with self.lock:
            if address in self.kept:
                self.size -= self.kept.pop(address).size


answers = AnswerCache()


def offer_to_strangers(response: HttpResponse, shared: SharedAnswer) -> None:
    """Let the middleware keep the answer if a stranger asked for it."""
    response.for_strangers = shared  # type: ignore[attr-defined]


class StrangerMiddleware:
    """Stands before everything that an answer does not need twice: sessions, security headers, addresses."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response
        self.guard = CsrfViewMiddleware(get_response)

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if not settings.SHOP_PAGE_CACHE_SECONDS or not _asks_as_everybody(request):
            return self.get_response(request)
        address = _address(request)
        kept = answers.find(address)
        seen: Version | None = None
        if kept is not None:
            seen, has_same_stock = kept.stock.now() if kept.stock else (read_version(), True)
            if has_same_stock and _is_fresh(kept, page_version(seen)):
                return self._again(kept, request)
            answers.drop(address)
        with known_version(seen):
            response = self.get_response(request)
        shared = getattr(response, "for_strangers", None)
        if shared is not None:
            answers.put(address, _kept(response, shared))
        return response

    def _again(self, kept: KeptAnswer, request: HttpRequest) -> HttpResponse:
        response = HttpResponse(headers=kept.headers)
        if len(kept.pieces) == 1:
            response.content = kept.pieces[0]
            response["Content-Length"] = str(len(response.content))
            return response
        self.guard.process_request(request)
        response.content = get_token(request).encode().join(kept.pieces)
        response["Content-Length"] = str(len(response.content))
        self.guard.process_response(request, response)
        return response


def _asks_as_everybody(request: HttpRequest) -> bool:
    known = request.META
    if request.method != "GET" or len(known.get("QUERY_STRING", "")) > LONGEST_QUERY:
        return False
    return not any(name in known for name in SPEAKING_HEADERS) and is_stranger(request)


def _address(request: HttpRequest) -> Address:
    """All of a stranger's request that an answer may depend on."""
    known = request.META
    host, port = known.get("HTTP_HOST") or known.get("SERVER_NAME"), known.get("SERVER_PORT")
    return (request.is_secure(), host, port, request.path, known.get("QUERY_STRING"), get_language())


def _is_fresh(kept: KeptAnswer, version: str) -> bool:
    return kept.until >= time.time() and kept.version == version


def _kept(response: HttpResponse, shared: SharedAnswer) -> KeptAnswer:
    pieces = shared.html.encode().split(token_mark().encode())
    return KeptAnswer(
        version=shared.version,
        stock=shared.stock,
        pieces=pieces,
        # Whoever stands outside of this may have made the body longer: the length is counted anew.
        headers={name: value for name, value in response.items() if name != "Content-Length"},
        until=shared.made_at + settings.SHOP_PAGE_CACHE_SECONDS,
    )
