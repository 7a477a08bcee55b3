"""Tags of the catalogue's pages."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from catalog.models import Category
from catalog.selectors.facets import Facets, Shelf
from catalog.selectors.frame import Frame

register = template.Library()


@register.filter
def below(facets: Facets, shelf: Shelf) -> int:
    """How many of the products counted are in a category, or a link's, or under it."""
    return facets.below(shelf)


@register.simple_tag
def category_trail(frame: Frame, category: Category | None) -> list[tuple[str, str]]:
    """The way down to a category, as far as the frame knows it, and the category itself. No query."""
    if category is None:
        return []
    links = [link for root in frame.categories for link in (root, *root.children)]
    above = [link for link in links if category.path.startswith(link.path) and link.path != category.path]
    return [*((link.name, link.url) for link in above), (category.name, category.get_absolute_url())]


@register.simple_tag
def json_ld(data: dict[str, Any]) -> SafeString:
    """Structured data for search engines: data, so the policy against inline scripts does not concern it."""
    text = json.dumps(data, ensure_ascii=False)
    for character, escaped in (("<", "\\u003C"), (">", "\\u003E"), ("&", "\\u0026")):
        text = text.replace(character, escaped)
    return mark_safe(f'<script type="application/ld+json">{text}</script>')  # noqa: S308 - escaped above
