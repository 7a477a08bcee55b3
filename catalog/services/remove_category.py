"""Delete a category nobody needs any more."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from catalog.models import Category
from catalog.services.category_values import category_in, lock_tree
from catalog.services.changes import record_change
from shop.common.errors import Conflict, NotFound
from shop.common.unit import transactional


class CategoryInUse(Conflict):
    code = "category_in_use"


@transactional
def remove_category(*, category_id: int) -> None:
    """Raises NotFound, or CategoryInUse while products, archived ones too, or categories are in it."""
    drop_category(category_id)


def drop_category(category_id: int) -> None:
    """A step: the same inside somebody else's unit."""
    category = category_in(lock_tree(), category_id)
    if category is None:
        raise NotFound
    if category.numchild:
        raise CategoryInUse(_("Move or delete the categories below “%(name)s” first.") % {"name": category.name})
    if category.products.exists():
        raise CategoryInUse(
            _("There are products in “%(name)s”. Move them first, or hide the category.") % {"name": category.name}
        )
    Category.objects.filter(pk=category.pk).delete()
    record_change()
