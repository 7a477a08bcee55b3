"""What all changes of the category tree share: its lock, its slugs, its addresses."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product
from catalog.services.changes import record_change
from catalog.services.checks import checked
from catalog.services.inputs import CategoryFields
from catalog.services.slugs import make_slug, slug_problem
from shop.common.errors import InvalidInput, NotFound

SLUG_LENGTH = 120
ADDRESS_LENGTH = 500
DEEPEST = 8


def lock_tree() -> dict[int, Category]:
    """A step: lock all categories, in primary-key order, and return them by id.

    The tree's paths are computed from their neighbours, so that one change at a time is the only safe way.
    """
    return {category.pk: category for category in Category.objects.select_for_update().order_by("pk")}


def category_in(tree: dict[int, Category], category_id: int | None) -> Category | None:
    """The category of that id, None for the root. Raises NotFound for an id that is not there."""
    if category_id is None:
        return None
    if category_id not in tree:
        raise NotFound
    return tree[category_id]


def checked_category(fields: CategoryFields, *, parent: Category | None, category: Category | None) -> dict[str, Any]:
    """The columns to write, checked. Raises InvalidInput naming each field that cannot be used."""
    given = {key: value for key, value in fields.items() if key != "slug"}
    values = checked(Category, given, required=() if category else ("name",))
    if "slug" in fields or category is None:
        name = values.get("name") or (category.name if category else "")
        values["slug"] = _slug(fields.get("slug", "").strip(), name, parent, category)
    return values


def address(parent: Category | None, slug: str) -> str:
    """The slugs from the root. Raises InvalidInput when they are too many or too long."""
    url_path = f"{parent.url_path}/{slug}" if parent else slug
    if len(url_path) > ADDRESS_LENGTH or url_path.count("/") >= DEEPEST:
        raise InvalidInput(_("This would be too deep in the tree."), field="parent")
    return url_path


def write_addresses(category: Category, url_path: str) -> None:
    """A step: give a category, and all below it, the addresses that follow from `url_path`."""
    below = Category.objects.filter(path__startswith=category.path).exclude(pk=category.pk)
    by_path = {category.path: url_path}
    changed = []
    for child in below.order_by("path"):
        child.url_path = by_path[child.path] = f"{by_path[child.path[: -Category.steplen]]}/{child.slug}"
        if len(child.url_path) > ADDRESS_LENGTH or child.url_path.count("/") >= DEEPEST:
            raise InvalidInput(_("“%(name)s” would be too deep in the tree.") % {"name": child.name}, field="parent")
        changed.append(child)
    category.url_path = url_path
    # Where the address of a branch is free, so are all below it.
    Category.objects.bulk_update([category, *changed], ["url_path"], batch_size=200)


def record_category_change(category: Category) -> None:
    """A step, the last: everything below this category is found and shown differently now."""
    products = Product.objects.filter(category__path__startswith=category.path)
    record_change(products.values_list("pk", flat=True))


def is_taken(slug: str, *, parent: Category | None, category: Category | None = None) -> bool:
    """Whether another child of `parent` has this slug."""
    url_path = f"{parent.url_path}/{slug}" if parent else slug
    found = Category.objects.filter(url_path=url_path).first()
    return found is not None and (category is None or found.pk != category.pk)


def _slug(slug: str, name: str, parent: Category | None, category: Category | None) -> str:
    if not slug:
        return make_slug(name, is_taken=lambda s: is_taken(s, parent=parent, category=category), fallback="category")
    problem = slug_problem(slug)
    if len(slug) > SLUG_LENGTH:
        problem = _("Use at most %(count)d characters.") % {"count": SLUG_LENGTH}
    if not problem and is_taken(slug, parent=parent, category=category):
        problem = _("Another category beside it has this slug.")
    if problem:
        raise InvalidInput(problem, field="slug")
    return slug
