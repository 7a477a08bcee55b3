"""HTML that everybody shares, and the visitor's own parts in it.

A page is rendered once for everybody, by a request without a visitor; `{% personal "tools" %}` leaves a mark
there instead of the part. Before the page is sent, each mark is replaced by the part, rendered for who asks.
So nothing of a visitor can get into what is kept: there is none while it is made.

To strangers, who bring no cookie by which the shop could know them, every part is the same but for the token
against forged requests in its forms: another mark stands for that, so that their whole page can be kept.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

SHARED = "is_shared"
# What a page has of its visitor, and where that is rendered.
PARTS = {
    "tools": "components/tools.html",
    "account_link": "components/account_link.html",
    "messages": "components/messages.html",
    "buy": "catalog/product/buy.html",
    "wish": "catalog/product/wish.html",
    "said": "catalog/product/said.html",
}
# Sets of the visitor's, as words: a shared page asks of single things whether they are among them.
SETS = {"wished": "components/wished.html"}
AMONG_THEM = " is-on"
# The same for all strangers, on every page, and without a form.
ALIKE = frozenset({"tools", "account_link"})
MARK = re.compile(r"<!--([a-z_]{1,40})(?:\.([0-9]{1,20}))?:([0-9a-f]{32})-->")

_strangers: dict[tuple[str, str], str] = {}


def mark(part: str, key: int | None = None) -> SafeString:
    """What stands for a part, or for one thing in a set. Signed: a text that somebody wrote is no mark."""
    name = part if key is None else f"{part}.{key:d}"
    return mark_safe(f"<!--{name}:{_signature(part)}-->")  # noqa: S308 - a name of ours, digits and hexadecimal ones


def token_mark() -> str:
    """What stands for the token in the forms of a stranger's page."""
    return f"token-{_signature('token')}"


def is_stranger(request: HttpRequest) -> bool:
    """Whether nothing of the request says who asks: no cookie but the one that guards forms."""
    return not request.COOKIES.keys() - {settings.CSRF_COOKIE_NAME}


def fill(html: str, request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The page with every mark replaced by the visitor's part."""
    return with_token(fill_but_token(html, request, context), request)


def with_token(html: str, request: HttpRequest) -> str:
    """A stranger's page with their own token in its forms."""
    standing = token_mark()
    return html.replace(standing, get_token(request)) if standing in html else html


def fill_but_token(html: str, request: HttpRequest, context: Mapping[str, Any]) -> str:
    """The same with marks for the token where a stranger asks."""
    return MARK.sub(_Parts(request, context).replace, html)


class _Parts:
    """The visitor's parts of one page: each set is read and each signature made once."""

    def __init__(self, request: HttpRequest, context: Mapping[str, Any]) -> None:
        self._request = request
        self._is_stranger = is_stranger(request)
        self._context = {**context, "csrf_token": token_mark()} if self._is_stranger else dict(context)
        self._sets: dict[str, frozenset[str]] = {}
        self._signatures: dict[str, str] = {}

    def replace(self, found: re.Match[str]) -> str:
        """What comes in the place of a mark; what only looks like one stays as it is."""
        part, key, signature = found.groups()
        if part not in (PARTS if key is None else SETS) or not self._is_ours(part, signature):
            return found[0]
        return self._render(part) if key is None else self._among(part, key)

    def _is_ours(self, part: str, signature: str) -> bool:
        if part not in self._signatures:
            self._signatures[part] = _signature(part)
        return constant_time_compare(signature, self._signatures[part])

    def _among(self, name: str, key: str) -> str:
        if name not in self._sets:
            self._sets[name] = frozenset() if self._is_stranger else words_of(name, self._request)
        return AMONG_THEM if key in self._sets[name] else ""

    def _render(self, part: str) -> str:
        if part == "messages" and not len(get_messages(self._request)):
            return ""
        if part in ALIKE and self._is_stranger:
            return _for_strangers(part, self._request)
        return render_to_string(PARTS[part], self._context, request=self._request)


def words_of(name: str, request: HttpRequest) -> frozenset[str]:
    return frozenset(render_to_string(SETS[name], request=request).split())


def _for_strangers(part: str, request: HttpRequest) -> str:
    """The part as it is for everybody who brings no cookie by which the shop could know them."""
    key = (part, get_language() or "")
    if key not in _strangers:
        _strangers[key] = render_to_string(PARTS[part], request=request)
    return _strangers[key]


def render_shared(template: str, context: Mapping[str, Any], request: HttpRequest, parameters: Iterable[str]) -> str:
    """The page as it is for everybody: of the request only the path and the named parameters are known."""
    return render_to_string(template, {**context, SHARED: True}, request=_nobodys(request, parameters))


def _nobodys(request: HttpRequest, parameters: Iterable[str]) -> HttpRequest:
    bare = HttpRequest()
    bare.method, bare.path, bare.path_info = "GET", request.path, request.path_info
    bare.resolver_match = request.resolver_match
    bare.GET = shared_parameters(request.GET, parameters)  # type: ignore[assignment]
    return bare


def shared_parameters(given: QueryDict, names: Iterable[str]) -> QueryDict:
    """The named ones; a name that ends in a dot means every one that begins so."""
    known = tuple(names)
    beginnings = tuple(name for name in known if name.endswith("."))
    kept = QueryDict(mutable=True)
    for name in sorted(given):
        if name in known or (beginnings and name.startswith(beginnings)):
            kept.setlist(name, given.getlist(name))
    kept._mutable = False  # noqa: SLF001 - Django's own way to close a QueryDict
    return kept


def _signature(part: str) -> str:
    return salted_hmac("shop.personal", part).hexdigest()[:32]
