"""Rename a category, change its words, show or hide it."""

from __future__ import annotations

from django.utils import timezone

from catalog.models import Category
from catalog.services.category_values import (
    address,
    category_in,
    checked_category,
    lock_tree,
    record_category_change,
    write_addresses,
)
from catalog.services.inputs import CategoryFields
from shop.common.errors import NotFound
from shop.common.unit import transactional

HIDDEN: CategoryFields = {"is_active": False}


@transactional
def update_category(*, category_id: int, fields: CategoryFields) -> Category:
    """Write the given fields; a new slug moves the addresses of all below. Raises NotFound, InvalidInput."""
    return change_category(category_id, fields)


def archive_category(*, category_id: int) -> Category:
    """Hide a category, and with it all below. Its products stay where they are. Raises NotFound."""
    return update_category(category_id=category_id, fields=HIDDEN)


def change_category(category_id: int, fields: CategoryFields) -> Category:
    """A step: the same inside somebody else's unit."""
    tree = lock_tree()
    category = category_in(tree, category_id)
    if category is None:
        raise NotFound
    parent = Category.objects.get_parent(category)
    values = checked_category(fields, parent=parent, category=category)
    different = {key: value for key, value in values.items() if getattr(category, key) != value}
    if different:
        Category.objects.filter(pk=category.pk).update(**different, updated_at=timezone.now())
        category.refresh_from_db()
        if "slug" in different:
            write_addresses(category, address(parent, category.slug))
        record_category_change(category)
    return category
