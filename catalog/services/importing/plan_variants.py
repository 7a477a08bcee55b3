"""Which variant of the shop each variant of the file is, and what differs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from catalog.models import Product, Variant
from catalog.selectors.variants import options_of
from catalog.services.importing.parsed import ParsedProduct, ParsedVariant
from catalog.services.importing.remarks import Remark
from catalog.services.importing.wording import changed
from catalog.services.inputs import VariantFields

LABELS = {
    "sku": "SKU",
    "barcode": "barcode",
    "price": "price",
    "compare_at_price": "compare-at price",
    "cost": "cost",
    "weight_grams": "weight in grams",
    "requires_shipping": "requires shipping",
    "unit_amount": "content",
    "unit_measure": "unit of the content",
    "tracked": "stock counted",
    "allow_backorder": "sold beyond stock",
}
STOCK_RULES = ("tracked", "allow_backorder")


@dataclass(frozen=True, kw_only=True)
class VariantPlan:
    """`variant` is None for a new one. `fields` are those that differ; `stock` is the new number on hand."""

    parsed: ParsedVariant
    variant: Variant | None = None
    fields: VariantFields = field(default_factory=VariantFields)
    stock: int | None = None
    new_image_url: str = ""
    changes: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.variant is None

    @property
    def edits(self) -> bool:
        """Whether more than the stock changes."""
        return bool(self.is_new or self.fields or self.new_image_url or (self.variant and self.variant.archived_at))


def plan_variants(
    file: ParsedProduct, product: Product | None, sku_owners: Mapping[str, int]
) -> tuple[list[VariantPlan], list[Remark]]:
    """A plan for each variant that can be imported, and why others, or their stock, cannot."""
    plans: list[VariantPlan] = []
    remarks: list[Remark] = []
    free = list(product.variants.all()) if product else []
    urls = {image.url for image in file.images}
    for parsed in file.variants:
        owner = sku_owners.get(parsed.sku)
        if owner is not None and (product is None or owner != product.pk):
            text = f"variant not imported: SKU {parsed.sku} belongs to another product of this shop"
            remarks.append(Remark(parsed.line, text))
            continue
        found = _match(parsed, free)
        image_url = parsed.image_url if parsed.image_url in urls else ""
        if found is None:
            plans.append(VariantPlan(parsed=parsed, new_image_url=image_url))
            continue
        free.remove(found)
        stock, refused = _stock(parsed, found)
        remarks += refused
        plans.append(_compare(parsed, found, stock=stock, image_url=image_url))
    return plans, remarks


def _match(parsed: ParsedVariant, variants: list[Variant]) -> Variant | None:
    """By SKU; else by the same choice of options, rather one that is for sale than an archived one."""
    if by_sku := next((v for v in variants if parsed.sku and v.sku == parsed.sku), None):
        return by_sku
    same = [variant for variant in variants if options_of(variant) == parsed.options]
    return min(same, key=lambda variant: variant.archived_at is not None, default=None)


def _stock(parsed: ParsedVariant, variant: Variant) -> tuple[int | None, list[Remark]]:
    """The new number on hand, where it differs; what carts and orders are promised must stay."""
    units, stock = parsed.fields.get("stock_quantity"), variant.stock
    if units is None or units == stock.on_hand:
        return None, []
    beyond = parsed.fields.get("allow_backorder", stock.allow_backorder)
    counted = parsed.fields.get("tracked", stock.tracked)
    if counted and not beyond and units < stock.held + stock.committed:
        text = f"stock {units} not set: {stock.held + stock.committed} are in carts or ordered"
        return None, [Remark(parsed.line, text)]
    return units, []


def _compare(parsed: ParsedVariant, variant: Variant, *, stock: int | None, image_url: str) -> VariantPlan:
    fields = VariantFields()
    changes = ["brought back"] if variant.archived_at else []
    for key, label in LABELS.items():
        if key not in parsed.fields:
            continue
        before: Any = getattr(variant.stock if key in STOCK_RULES else variant, key)
        after: Any = parsed.fields[key]  # type: ignore[literal-required]
        if before != after:
            fields[key] = after  # type: ignore[literal-required]
            changes.append(changed(label, before, after))
    if options_of(variant) != parsed.options:
        fields["options"] = parsed.options
        changes.append(changed("options", options_of(variant), parsed.options))
    if stock is not None:
        changes.append(changed("stock", variant.stock.on_hand, stock))
    if variant.image and variant.image.source_url == image_url:
        image_url = ""
    if image_url:
        changes.append("picture")
    return VariantPlan(
        parsed=parsed, variant=variant, fields=fields, stock=stock, new_image_url=image_url, changes=changes
    )
