"""Move a category, with all below it, to another place in the tree."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from treebeard.exceptions import InvalidMoveToDescendant, PathOverflow

from catalog.models import Category
from catalog.services.category_values import (
    address,
    category_in,
    is_taken,
    lock_tree,
    record_category_change,
    write_addresses,
)
from shop.common.errors import InvalidInput, NotFound
from shop.common.unit import transactional

PLACES = ("first-child", "last-child", "left", "right")


@transactional
def move_category(*, category_id: int, target_id: int | None, place: str = "last-child") -> Category:
    """Put a category at a `place` (one of PLACES) relative to a target; None is the root.

    Raises NotFound, or InvalidInput for a move below itself or beside one of the same slug.
    """
    return place_category(category_id, target_id=target_id, place=place)


def place_category(category_id: int, *, target_id: int | None, place: str) -> Category:
    """A step: the same inside somebody else's unit."""
    tree = lock_tree()
    category, target = category_in(tree, category_id), category_in(tree, target_id)
    if category is None:
        raise NotFound
    if target is None:
        _move_to_root(category, place)
    else:
        _move(category, target, place)
    category.refresh_from_db()
    parent = Category.objects.get_parent(category, update=True)
    if is_taken(category.slug, parent=parent, category=category):
        raise InvalidInput(_("There is a category “%(slug)s” already.") % {"slug": category.slug}, field="parent")
    write_addresses(category, address(parent, category.slug))
    record_category_change(category)
    return category


def _move_to_root(category: Category, place: str) -> None:
    root = Category.objects.get_first_root_node()
    if root is not None and root.pk != category.pk:
        _move(category, root, "first-sibling" if place == "first-child" else "last-sibling")
    elif place != "first-child":
        _move(category, category, "last-sibling")


def _move(category: Category, target: Category, place: str) -> None:
    try:
        Category.objects.move(category, target, pos=place)
    except (InvalidMoveToDescendant, PathOverflow) as error:
        raise InvalidInput(_("A category cannot be moved below itself."), field="parent") from error
