"""What both making and changing a variant do with its fields."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from catalog.models import Product, ProductImage, Variant
from catalog.services.checks import checked, units_problem
from catalog.services.inputs import VariantFields
from shop.common.errors import InvalidInput, Message

COLUMNS = (
    "sku",
    "barcode",
    "price",
    "compare_at_price",
    "cost",
    "weight_grams",
    "unit_amount",
    "unit_measure",
    "requires_shipping",
    "position",
    "is_active",
)


def checked_variant(fields: VariantFields, *, product: Product, variant: Variant | None = None) -> dict[str, Any]:
    """The columns to write, checked. Raises InvalidInput naming each field that cannot be used."""
    given: dict[str, Any] = {key: value for key, value in fields.items() if key in COLUMNS}
    values = checked(Variant, given, required=() if variant else ("sku", "price"))
    if variant and "sku" in values:
        _check_sku(values["sku"], variant)
    if fields.get("stock_quantity") is not None and (problem := units_problem(fields["stock_quantity"])):
        raise InvalidInput(problem, field="stock_quantity")
    image_id = fields.get("image_id")
    if image_id is not None and not ProductImage.objects.filter(pk=image_id, product=product).exists():
        raise InvalidInput(_("Choose one of this product’s pictures."), field="image_id")
    return values | ({"image_id": image_id} if "image_id" in fields else {})


def sku_problem(owner: Variant | str) -> Message:
    """Why a SKU cannot be given again: who has it."""
    if isinstance(owner, str):
        return _("The SKU %(sku)s is given twice.") % {"sku": owner}
    text = _("The SKU %(sku)s belongs to “%(name)s”.")
    if owner.archived_at:
        text = _("The SKU %(sku)s belongs to an archived variant of “%(name)s”. Restore that one instead.")
    return text % {"sku": owner.sku, "name": owner.product.name}


def _check_sku(sku: str, variant: Variant) -> None:
    owner = Variant.objects.filter(sku=sku).select_related("product").first()
    if owner and owner.pk != variant.pk:
        raise InvalidInput(sku_problem(owner), field="sku", code="sku_taken")
