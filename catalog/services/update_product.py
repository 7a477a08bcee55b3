"""Change what a product says of itself. Its variants have verbs of their own."""

from __future__ import annotations

from collections.abc import Collection

from django.utils import timezone

from catalog.models import Product, ProductStatus
from catalog.services.editing import finish_edit, lock_product
from catalog.services.events import emit_product
from catalog.services.inputs import ProductFields
from catalog.services.product_values import checked_product, with_labels, write_attributes, write_tags
from shop.common.unit import transactional


@transactional
def update_product(
    *, product_id: int, fields: ProductFields, expected_versions: Collection[int] | None = None
) -> Product:
    """Write the given fields. Raises NotFound, InvalidInput, or StaleEdit when `expected_versions` have passed."""
    product = lock_product(product_id, expected_versions=expected_versions)
    if change_product(product, fields):
        finish_edit(product)
    return product


def change_product(product: Product, fields: ProductFields) -> bool:
    """A step: write what differs; the product is locked. True when something did: then `finish_edit`."""
    fields = with_labels(fields)
    values = checked_product(fields, product=product)
    different = {key: value for key, value in values.items() if getattr(product, key) != value}
    if "status" in different:
        archived = different["status"] == ProductStatus.ARCHIVED
        different["archived_at"] = timezone.now() if archived else None
    if different:
        Product.objects.filter(pk=product.pk).update(**different)
    for key, value in different.items():
        setattr(product, key, value)
    if different.get("status") == ProductStatus.ARCHIVED:
        emit_product(product, "product.archived")
    changed = bool(different)
    if "tag_ids" in fields:
        changed |= write_tags(product, fields["tag_ids"])
    if "attributes" in fields:
        changed |= write_attributes(product, fields["attributes"])
    return changed
