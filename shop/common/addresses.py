"""Addresses that visitors send along: where to go afterwards."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme


def own_address(request: HttpRequest, wanted: str) -> str:
    """`wanted`, if it is a path of this shop from its root, or a whole address of it; else nothing.

    A bare word is neither: redirects would take it for a view's name, browsers for a page beside this one.
    """
    from_root = wanted.startswith("/") or "://" in wanted
    own = url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure())
    return wanted if from_root and own else ""
