"""What the catalogue's services take: only the keys that are given are written."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import TypedDict


class ProductFields(TypedDict, total=False):
    """A blank `slug` is made from the name. `attributes` are pairs of name and value, in order.

    `brand_name` and `tag_names` stand instead of ids; those that are new are made.
    """

    name: str
    slug: str
    subtitle: str
    description: str
    category_id: int | None
    brand_id: int | None
    tag_ids: Sequence[int]
    brand_name: str | None
    tag_names: Sequence[str]
    tax_class: str
    status: str
    seo_title: str
    seo_description: str
    attributes: Sequence[tuple[str, str]]
    is_demo: bool


class VariantFields(TypedDict, total=False):
    """A blank `sku` is made from product and options. `options` maps names to values, in order.

    `stock_quantity` is what is on hand; `tracked`, `allow_backorder` and `low_at` say how it is counted.
    """

    sku: str
    barcode: str
    price: Decimal
    compare_at_price: Decimal | None
    cost: Decimal | None
    weight_grams: int
    unit_amount: Decimal | None
    unit_measure: str
    requires_shipping: bool
    image_id: int | None
    position: int
    is_active: bool
    options: Mapping[str, str]
    tracked: bool
    allow_backorder: bool
    low_at: int | None
    stock_quantity: int


class CategoryFields(TypedDict, total=False):
    """A blank `slug` is made from the name."""

    name: str
    slug: str
    description: str
    is_active: bool


class PageFields(TypedDict, total=False):
    slug: str
    title: str
    body: str
    image_alt: str
    in_footer: bool
    position: int
    is_active: bool
