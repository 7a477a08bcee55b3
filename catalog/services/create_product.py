"""Put a new product into the catalogue."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product, ProductStatus
from catalog.services.create_variant import add_variants
from catalog.services.editing import finish_edit
from catalog.services.inputs import ProductFields, VariantFields
from catalog.services.product_values import checked_product, with_labels, write_attributes
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@transactional
def create_product(*, fields: ProductFields, variants: Sequence[VariantFields], actor_id: int | None = None) -> Product:
    """Make a product with its variants (at least one) and their first stock.

    Raises InvalidInput naming the fields that cannot be used, those of variants as "variants.0.sku".
    """
    if not variants:
        raise InvalidInput(_("A product needs at least one variant."), field="variants")
    product = add_product(fields)
    add_variants(product, variants, actor_id=actor_id)
    finish_edit(product)
    return product


def add_product(fields: ProductFields) -> Product:
    """A step: the product's own rows, still without variants. End with `finish_edit`."""
    fields = with_labels(fields)
    values = checked_product(fields)
    if values.get("status") == ProductStatus.ARCHIVED:
        values["archived_at"] = timezone.now()
    product = Product.objects.create(**values)
    if tag_ids := fields.get("tag_ids"):
        product.tags.add(*tag_ids)
    if attributes := fields.get("attributes"):
        write_attributes(product, attributes)
    return product
