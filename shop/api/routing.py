"""Addresses below /api/: written once, without a slash at the end, and answered with and without it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern, URLResolver
from django.urls.converters import IntConverter
from django.urls.resolvers import RoutePattern
from rest_framework.routers import SimpleRouter


class EitherSlash(RoutePattern):
    """Takes one slash off the end before anything below is asked, so that no path knows of it.

    The same view answers: a redirect would lose the body of a POST.
    """

    def match(self, path: str) -> tuple[str, tuple[Any, ...], dict[str, Any]] | None:
        found = super().match(path)
        if not found:
            return None
        rest, args, kwargs = found
        return rest.removesuffix("/"), args, kwargs


def either_slash(patterns: Sequence[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """These addresses, each also with a slash at its end."""
    return [URLResolver(EitherSlash("", is_endpoint=False), list(patterns))]


class IdConverter(IntConverter):
    """`<id:…>`: a number that a key can be; others are 404 without asking the database."""

    regex = "[0-9]{1,18}"


class ShopRouter(SimpleRouter):
    """For viewsets: `router.register("products", ProductViewSet)`; an app's `api/urls.py` includes `router.urls`."""

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)
