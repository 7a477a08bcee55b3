"""Add a category to the tree."""

from __future__ import annotations

from catalog.models import Category
from catalog.services.category_values import address, category_in, checked_category, lock_tree
from catalog.services.changes import record_change
from catalog.services.inputs import CategoryFields
from shop.common.unit import transactional


@transactional
def create_category(*, fields: CategoryFields, parent_id: int | None = None) -> Category:
    """Add a category as the last below `parent_id`. Raises NotFound, InvalidInput naming the fields."""
    return add_category(fields, parent_id=parent_id)


def add_category(fields: CategoryFields, *, parent_id: int | None = None) -> Category:
    """A step: the same inside somebody else's unit."""
    parent = category_in(lock_tree(), parent_id)
    values = checked_category(fields, parent=parent, category=None)
    category = Category(**values, url_path=address(parent, values["slug"]))
    if parent is None:
        Category.objects.add_root(instance=category)
    else:
        Category.objects.add_child(parent, instance=category)
    record_change()
    return category
