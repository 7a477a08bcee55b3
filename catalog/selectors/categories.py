"""Categories for pages."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from catalog.models import Category


@dataclass(frozen=True)
class CategoryFamily:
    """A category with those above it, from the root, and those right below it."""

    category: Category
    ancestors: list[Category]
    children: list[Category]


def category_family(url_path: str) -> CategoryFamily | None:
    """One query. None unless the category and everything above it is shown in the shop."""
    slugs = url_path.split("/")
    above = ["/".join(slugs[:n]) for n in range(1, len(slugs) + 1)]
    right_below = Q(url_path__startswith=f"{url_path}/", depth=len(slugs) + 1)
    rows = list(Category.objects.filter(Q(url_path__in=above) | right_below, is_active=True))
    line = [row for row in rows if row.depth <= len(slugs)]
    if len(line) != len(slugs):
        return None
    return CategoryFamily(line[-1], line[:-1], [row for row in rows if row.depth > len(slugs)])


def find_category(text: str) -> Category | None:
    """By id, by its whole path, or by its slug (the first in the tree's order)."""
    wanted = Q(url_path=text) | Q(slug=text)
    if text.isascii() and text.isdigit() and len(text) < 19:
        wanted |= Q(pk=int(text))
    found = list(Category.objects.filter(wanted, is_active=True)[:20])
    return min(found, key=lambda row: (str(row.pk) != text, row.url_path != text), default=None)
