"""The difference between a product in the file and in the shop. Pure: it reads what was loaded."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from catalog.models import Product
from catalog.services.importing.existing import Existing, folded
from catalog.services.importing.parsed import ParsedImage, ParsedProduct
from catalog.services.importing.plan_variants import VariantPlan, plan_variants
from catalog.services.importing.remarks import Remark
from catalog.services.importing.wording import changed, counted
from catalog.services.inputs import ProductFields

LABELS = {
    "name": "title",
    "description": "description",
    "status": "status",
    "seo_title": "SEO title",
    "seo_description": "SEO description",
}


@dataclass(kw_only=True)
class ProductPlan:
    """What is to be written; `changes` says it in words.

    `product` is None for a new one. `category`, `brand` and `tags` are names, None where nothing changes.
    """

    parsed: ParsedProduct
    product: Product | None
    fields: ProductFields = field(default_factory=ProductFields)
    category: tuple[str, ...] | None = None
    brand: str | None = None
    tags: tuple[str, ...] | None = None
    variants: list[VariantPlan] = field(default_factory=list)
    new_images: list[ParsedImage] = field(default_factory=list)
    alts: dict[int, str] = field(default_factory=dict)
    changes: list[str] = field(default_factory=list)

    @property
    def is_new(self) -> bool:
        return self.product is None


def plan_product(parsed: ParsedProduct, existing: Existing) -> tuple[ProductPlan, list[Remark]]:
    """The plan for one product, and remarks on the lines of it that cannot be applied."""
    product = existing.products.get(parsed.slug)
    variants, remarks = plan_variants(parsed, product, existing.sku_owners)
    plan = ProductPlan(parsed=parsed, product=product, variants=variants)
    if product is None:
        _plan_new(plan)
    else:
        _plan_changes(plan, product, existing)
    return plan, remarks


def _plan_new(plan: ProductPlan) -> None:
    parsed = plan.parsed
    plan.fields, plan.new_images = parsed.fields, parsed.images
    plan.category, plan.brand, plan.tags = parsed.category or None, parsed.brand or None, parsed.tags
    if plan.variants:
        pictures = f", {counted(len(parsed.images), 'picture')}" if parsed.images else ""
        plan.changes.append(f"new, {counted(len(plan.variants), 'variant')}{pictures}")


def _plan_changes(plan: ProductPlan, product: Product, existing: Existing) -> None:
    parsed = plan.parsed
    for key, label in LABELS.items():
        before: Any = getattr(product, key)
        after: Any = parsed.fields.get(key, before)
        if before != after:
            plan.fields[key] = after  # type: ignore[literal-required]
            plan.changes.append(changed(label, before, after))
    _plan_labels(plan, product, existing)
    _plan_images(plan, product)
    for variant in plan.variants:
        if variant.is_new:
            plan.changes.append(f"new variant {variant.parsed.title}")
        elif variant.variant and variant.changes:
            plan.changes.append(f"{variant.variant.sku}: {', '.join(variant.changes)}")


def _plan_labels(plan: ProductPlan, product: Product, existing: Existing) -> None:
    parsed = plan.parsed
    way = existing.categories.ways.get(product.category_id, ()) if product.category_id else ()
    if parsed.category is not None and folded(parsed.category) != folded(way):
        plan.category = parsed.category
        plan.changes.append(changed("category", way, parsed.category))
    brand = product.brand.name if product.brand else ""
    if parsed.brand is not None and parsed.brand.casefold() != brand.casefold():
        plan.brand = parsed.brand
        plan.changes.append(changed("brand", brand, parsed.brand))
    tags = tuple(tag.name for tag in product.tags.all())
    if parsed.tags is not None and set(folded(parsed.tags)) != set(folded(tags)):
        plan.tags = parsed.tags
        plan.changes.append(changed("tags", sorted(tags), sorted(parsed.tags)))


def _plan_images(plan: ProductPlan, product: Product) -> None:
    present = {image.source_url: image for image in product.images.all()}
    plan.new_images = [image for image in plan.parsed.images if image.url not in present]
    for image in plan.parsed.images:
        known = present.get(image.url)
        if known and image.alt and known.alt != image.alt:
            plan.alts[known.pk] = image.alt
    if plan.new_images:
        plan.changes.append(counted(len(plan.new_images), "new picture"))
    if plan.alts:
        plan.changes.append(counted(len(plan.alts), "picture's words", "pictures' words"))
