"""Shopify's columns, by the names of its older and its newer exports, and of tools that imitate them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

NAMES: dict[str, tuple[str, ...]] = {
    "handle": ("handle", "url handle"),
    "title": ("title",),
    "description": ("body (html)", "description", "body html", "body"),
    "vendor": ("vendor",),
    "type": ("type", "custom product type", "product type"),
    "product_category": ("product category", "standardized product type", "standard product type"),
    "tags": ("tags",),
    "published": ("published", "published on online store"),
    "status": ("status",),
    "option1_name": ("option1 name",),
    "option1_value": ("option1 value",),
    "option2_name": ("option2 name",),
    "option2_value": ("option2 value",),
    "option3_name": ("option3 name",),
    "option3_value": ("option3 value",),
    "sku": ("variant sku", "sku"),
    "barcode": ("variant barcode", "barcode", "barcodes"),
    "grams": ("variant grams", "weight value (grams)"),
    "weight": ("variant weight",),
    "weight_unit": ("variant weight unit", "weight unit for display"),
    "tracker": ("variant inventory tracker", "inventory tracker"),
    "quantity": ("variant inventory qty", "inventory quantity", "variant inventory quantity"),
    "policy": ("variant inventory policy", "continue selling when out of stock", "inventory policy"),
    "price": ("variant price", "price"),
    "compare_at_price": ("variant compare at price", "compare-at price", "compare at price"),
    "cost": ("cost per item", "variant cost"),
    "requires_shipping": ("variant requires shipping", "requires shipping"),
    "taxable": ("variant taxable", "charge tax"),
    "image_url": ("image src", "product image url"),
    "image_position": ("image position",),
    "image_alt": ("image alt text",),
    "variant_image": ("variant image", "variant image url"),
    "gift_card": ("gift card",),
    "seo_title": ("seo title",),
    "seo_description": ("seo description",),
    "unit_amount": ("unit price total measure",),
    "unit_measure": ("unit price total measure unit",),
}
FIELDS = {name: field for field, names in NAMES.items() for name in names}
OPTION_NUMBERS = (1, 2, 3)


@dataclass(frozen=True)
class Header:
    """`fields` are ours by column, "" where a column is not imported; `names` are the file's own."""

    names: tuple[str, ...]
    fields: tuple[str, ...]

    @classmethod
    def read(cls, cells: Sequence[str]) -> Header:
        names = tuple(cell.strip().lstrip("\ufeff") for cell in cells)
        taken: set[str] = set()
        fields = []
        for name in names:
            field = FIELDS.get(" ".join(name.casefold().split()), "")
            fields.append("" if field in taken else field)
            taken.add(field)
        return cls(names=names, fields=tuple(fields))

    @property
    def is_shopify(self) -> bool:
        """Whether this can be a product export: a title, and something that is sold."""
        return "title" in self.fields and ("handle" in self.fields or "price" in self.fields)

    def has(self, field: str) -> bool:
        return field in self.fields
