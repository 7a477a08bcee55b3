"""Change a category's words and its place in one go."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import Category
from catalog.services.inputs import CategoryFields
from catalog.services.move_category import place_category
from catalog.services.update_category import change_category
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class NewPlace:
    """As the last below `parent_id`; None is the root."""

    parent_id: int | None


@transactional
def edit_category(*, category_id: int, fields: CategoryFields, place: NewPlace | None = None) -> Category:
    """Write the given fields, then move it where `place` says so. Raises NotFound, or InvalidInput by field."""
    category = change_category(category_id, fields)
    if place is None:
        return category
    try:
        return place_category(category_id, target_id=place.parent_id, place="last-child")
    except InvalidInput as problem:
        raise InvalidInput(problem.message, field="parent_id") from problem
