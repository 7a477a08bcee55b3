"""Categories, brands and tags the file names: found, or made, each in a unit of its own before the product."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import cast

from catalog.models import Brand, Tag
from catalog.services.create_category import add_category
from catalog.services.importing.existing import CategoryNames
from catalog.services.importing.plan import ProductPlan
from catalog.services.inputs import ProductFields
from catalog.services.labels import label_named
from shop.common.unit import transactional


@dataclass
class References:
    """What has been found or made so far, by its folded name."""

    categories: CategoryNames
    brands: dict[str, int] = field(default_factory=dict)
    tags: dict[str, int] = field(default_factory=dict)

    def resolve(self, plan: ProductPlan) -> ProductFields:
        """The plan's fields with ids for the names. Raises InvalidInput, such as for a category too deep."""
        fields = cast("ProductFields", dict(plan.fields))
        if plan.category is not None:
            fields["category_id"] = self.category_at(plan.category) if plan.category else None
        if plan.brand is not None:
            fields["brand_id"] = self.brand_named(plan.brand) if plan.brand else None
        if plan.tags is not None:
            fields["tag_ids"] = [self.tag_named(name) for name in plan.tags]
        return fields

    def category_at(self, way: tuple[str, ...]) -> int:
        """The id of the category at the end of a way of names; what is missing of it is made."""
        found = self.categories.find(way)
        if found is None:
            parent_id = self.category_at(way[:-1]) if len(way) > 1 else None
            found = _add_category(way[-1], parent_id)
            self.categories.add(way, found)
        return found

    def brand_named(self, name: str) -> int:
        key = name.casefold()
        if key not in self.brands:
            self.brands[key] = _brand(name)
        return self.brands[key]

    def tag_named(self, name: str) -> int:
        key = name.casefold()
        if key not in self.tags:
            self.tags[key] = _tag(name)
        return self.tags[key]


@transactional
def _add_category(name: str, parent_id: int | None) -> int:
    return int(add_category({"name": name}, parent_id=parent_id).pk)


@transactional
def _brand(name: str) -> int:
    return label_named(Brand, name).pk


@transactional
def _tag(name: str) -> int:
    return label_named(Tag, name).pk
