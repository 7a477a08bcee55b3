"""Addresses that differ from the present one by a parameter, and the one that stands for them all."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, QueryDict


def without_parameter(request: HttpRequest, name: str) -> str:
    """This page, from its first page on, without one parameter."""
    parameters = request.GET.copy()
    for gone in ("page", name):
        parameters.pop(gone, None)
    return _address(request, parameters)


def without_value(request: HttpRequest, name: str, value: str) -> str:
    """This page without one value of a parameter that may be given more than once."""
    parameters = request.GET.copy()
    parameters.pop("page", None)
    parameters.setlist(name, [other for other in parameters.getlist(name) if other.strip() != value])
    return _address(request, parameters)


def canonical(path: str, *, page: int = 1) -> str:
    """The one address search engines should know."""
    return f"{settings.SHOP_URL}{path}" + (f"?page={page}" if page > 1 else "")


def _address(request: HttpRequest, parameters: QueryDict) -> str:
    rest = parameters.urlencode()
    return f"{request.path}?{rest}" if rest else request.path
