"""All categories at once, each with what is below it. Two queries."""

from __future__ import annotations

from dataclasses import dataclass, field

from catalog.models import Category
from catalog.selectors.facets import counts_below


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
    shown = counts_below()
    rows = Category.objects.order_by("path")
    for category in rows if for_staff else rows.filter(is_active=True):
        above = by_path.get(category.path[: -Category.steplen])
        if above is None and category.depth > 1:
            continue
        parent_id = above.category.pk if above else None
        branch = Branch(category=category, parent_id=parent_id, product_count=shown.below(category))
        by_path[category.path] = branch
        (above.children if above else roots).append(branch)
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
