"""Change a variant: price, codes, combination, how its stock is counted."""

from __future__ import annotations

from django.utils import timezone

from catalog.models import Variant
from catalog.services.editing import finish_edit, lock_product
from catalog.services.inputs import VariantFields
from catalog.services.options import set_options
from catalog.services.prices import change_price
from catalog.services.stock import set_on_hand_step
from catalog.services.stock_rules import rules_in, write_stock_rules
from catalog.services.variant_values import checked_variant
from shop.common.errors import NotFound
from shop.common.unit import transactional


@transactional
def update_variant(*, variant_id: int, fields: VariantFields, reason: str = "", actor_id: int | None = None) -> Variant:
    """Write the given fields. `stock_quantity` is what is on hand; `reason` goes into the ledger.

    Raises NotFound, InvalidInput naming the fields, StockCommitted below what is held and ordered.
    """
    found = Variant.objects.filter(pk=variant_id).first()
    if found is None:
        raise NotFound
    product = lock_product(found.product_id, with_stock=True)
    variant = Variant.objects.get(pk=variant_id)
    changed = change_variant(variant, fields)
    if "options" in fields:
        set_options(product, {variant.pk: fields["options"]})
    if "stock_quantity" in fields:
        set_on_hand_step(variant_id=variant.pk, quantity=fields["stock_quantity"], reason=reason, actor_id=actor_id)
    if changed or "options" in fields:
        finish_edit(product)
    return Variant.objects.get(pk=variant_id)


def change_variant(variant: Variant, fields: VariantFields) -> bool:
    """A step: write the columns and stock rules that differ, not options nor stock itself.

    Product and stock are locked. True when something changed: then `finish_edit`.
    """
    values = checked_variant(fields, product=variant.product, variant=variant)
    different = {key: value for key, value in values.items() if getattr(variant, key) != value}
    for key, value in different.items():
        setattr(variant, key, value)
    if different:
        Variant.objects.filter(pk=variant.pk).update(**different, updated_at=timezone.now())
    if "price" in different:
        change_price(variant)
    rules = rules_in(fields)
    return bool(rules and write_stock_rules(variant.pk, rules)) or bool(different)
