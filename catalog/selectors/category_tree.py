"""All categories at once, each with what is below it. One query."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count

from catalog.models import Category
from catalog.selectors.categories import SHOWN


@dataclass(kw_only=True)
class Branch:
    """`product_count` counts products shown in the shop, in the category and below it."""

    category: Category
    parent_id: int | None
    product_count: int
    children: list[Branch] = field(default_factory=list)


def category_tree(*, for_staff: bool = False) -> list[Branch]:
    """The categories of the first level. What is hidden, and all below it, only staff see."""
    by_path: dict[str, Branch] = {}
    roots: list[Branch] = []
    rows = Category.objects.annotate(own=Count("products", filter=SHOWN)).order_by("path")
    for category in rows if for_staff else rows.filter(is_active=True):
        above = by_path.get(category.path[: -Category.steplen])
        if above is None and category.depth > 1:
            continue
        branch = Branch(category=category, parent_id=above.category.pk if above else None, product_count=category.own)
        by_path[category.path] = branch
        (above.children if above else roots).append(branch)
    for path in sorted(by_path, key=len, reverse=True):
        above = by_path.get(path[: -Category.steplen])
        if above is not None:
            above.product_count += by_path[path].product_count
    return roots


def find_branch(tree: list[Branch], key: str) -> Branch | None:
    """By id or slug; of several with one slug the first in the tree's order."""
    for branch in tree:
        if key in (str(branch.category.pk), branch.category.slug):
            return branch
        below = find_branch(branch.children, key)
        if below is not None:
            return below
    return None
