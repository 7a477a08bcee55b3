"""Categories for pages."""

from __future__ import annotations

from collections.abc import Iterable
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
    return _family(url_path, Category.objects.filter(_in_family(url_path), is_active=True))


def find_family(text: str) -> CategoryFamily | None:
    """That of the category `find_category` finds. One query, two where its whole path was not given."""
    rows = list(Category.objects.filter(_in_family(text) | _named(text), is_active=True))
    found = _best(text, (row for row in rows if text in {row.url_path, row.slug, str(row.pk)}))
    if found is None:
        return None
    return _family(text, rows) if found.url_path == text else category_family(found.url_path)


def find_category(text: str) -> Category | None:
    """By id, by its whole path, or by its slug (the first in the tree's order)."""
    return _best(text, Category.objects.filter(_named(text), is_active=True)[:20])


def _in_family(url_path: str) -> Q:
    slugs = url_path.split("/")
    above = ["/".join(slugs[:n]) for n in range(1, len(slugs) + 1)]
    return Q(url_path__in=above) | Q(url_path__startswith=f"{url_path}/", depth=len(slugs) + 1)


def _family(url_path: str, rows: Iterable[Category]) -> CategoryFamily | None:
    depth = url_path.count("/") + 1
    line = [row for row in rows if row.depth <= depth and f"{url_path}/".startswith(f"{row.url_path}/")]
    below = [row for row in rows if row.depth == depth + 1 and row.url_path.startswith(f"{url_path}/")]
    return CategoryFamily(line[-1], line[:-1], below) if len(line) == depth else None


def _named(text: str) -> Q:
    wanted = Q(url_path=text) | Q(slug=text)
    return wanted | Q(pk=int(text)) if text.isascii() and text.isdigit() and len(text) < 19 else wanted


def _best(text: str, rows: Iterable[Category]) -> Category | None:
    return min(rows, key=lambda row: (str(row.pk) != text, row.url_path != text), default=None)
