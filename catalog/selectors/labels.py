"""Brands and tags by their slugs."""

from __future__ import annotations

from collections.abc import Iterable

from catalog.models import Brand, Tag


def names_by_slug(model: type[Brand] | type[Tag], slugs: Iterable[str]) -> dict[str, str]:
    """Their names; what does not exist is left out. One query."""
    return dict(model.objects.filter(slug__in=list(slugs)).values_list("slug", "name"))
