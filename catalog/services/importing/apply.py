"""The difference, written: one unit a product, by the same steps the admin takes."""

from __future__ import annotations

from typing import cast

from catalog.models import Product, ProductImage, Variant
from catalog.services.archive_variant import revive_variant
from catalog.services.create_product import add_product
from catalog.services.create_variant import add_variants
from catalog.services.editing import finish_edit, lock_product
from catalog.services.images import ImageFields, attach_image, change_image
from catalog.services.importing.plan import ProductPlan
from catalog.services.importing.plan_variants import VariantPlan
from catalog.services.inputs import ProductFields, VariantFields
from catalog.services.options import set_options
from catalog.services.stock import set_on_hand_step
from catalog.services.update_product import change_product
from catalog.services.update_variant import change_variant
from shop.common.unit import transactional


@transactional
def create_imported(plan: ProductPlan, fields: ProductFields, *, reason: str) -> Product:
    """Write a new product. Raises InvalidInput; nothing of it is written then."""
    product = add_product({**fields, "slug": plan.parsed.slug})
    image_ids = _attach(plan, product)
    add_variants(product, [_new_fields(variant, image_ids) for variant in plan.variants], reason=reason)
    finish_edit(product)
    return product


@transactional
def change_imported(plan: ProductPlan, fields: ProductFields, *, product_id: int, reason: str) -> Product:
    """Write what differs. Raises InvalidInput or StockCommitted; nothing of it is written then."""
    product = lock_product(product_id, with_stock=True)
    edited = change_product(product, fields)
    image_ids = _attach(plan, product) | dict(product.images.values_list("source_url", "pk"))
    for image in ProductImage.objects.filter(pk__in=plan.alts):
        edited |= change_image(image, {"alt": plan.alts[image.pk]})
    known = [variant for variant in plan.variants if variant.variant]
    for variant in known:
        edited |= _change_variant(variant, image_ids, reason=reason)
    set_options(product, {v.variant.pk: v.parsed.options for v in known if v.variant and "options" in v.fields})
    new = [_new_fields(variant, image_ids) for variant in plan.variants if variant.is_new]
    add_variants(product, new, reason=reason)
    if edited or new or plan.new_images:
        finish_edit(product)
    return product


def _attach(plan: ProductPlan, product: Product) -> dict[str, int]:
    """Note the new pictures by their address; their files come with --fetch-images. Ids by address."""
    ids = {}
    for index, image in enumerate(plan.new_images):
        fields: ImageFields = {"source_url": image.url, "alt": image.alt}
        if image.position is not None or plan.is_new:
            fields["position"] = index if image.position is None else image.position
        ids[image.url] = attach_image(product, None, fields).pk
    return ids


def _new_fields(plan: VariantPlan, image_ids: dict[str, int]) -> VariantFields:
    fields = cast("VariantFields", dict(plan.parsed.fields))
    if plan.new_image_url in image_ids:
        fields["image_id"] = image_ids[plan.new_image_url]
    return fields


def _change_variant(plan: VariantPlan, image_ids: dict[str, int], *, reason: str) -> bool:
    """True when more than the stock changed."""
    variant = Variant.objects.select_related("product", "stock").get(pk=plan.variant.pk) if plan.variant else None
    if variant is None:
        return False
    revived = revive_variant(variant)
    fields = cast("VariantFields", {key: value for key, value in plan.fields.items() if key != "options"})
    if plan.new_image_url in image_ids:
        fields["image_id"] = image_ids[plan.new_image_url]
    # What comes in may be what stricter counting needs; what goes out may need it to be less strict.
    comes_in = plan.stock is not None and plan.stock >= variant.stock.on_hand
    if plan.stock is not None and comes_in:
        set_on_hand_step(variant_id=variant.pk, quantity=plan.stock, reason=reason)
    edited = change_variant(variant, fields) or revived or "options" in plan.fields
    if plan.stock is not None and not comes_in:
        set_on_hand_step(variant_id=variant.pk, quantity=plan.stock, reason=reason)
    return edited
