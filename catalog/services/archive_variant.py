"""Take a variant out of the shop, and bring it back. Its ledger and the orders it is in stay."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Variant
from catalog.selectors.variants import options_of
from catalog.services.editing import finish_edit, lock_product
from catalog.services.options import set_options, spare_key
from shop.common.errors import Conflict, NotFound
from shop.common.unit import transactional


class LastVariant(Conflict):
    code = "last_variant"
    default_message = _("A product needs at least one variant. Archive the product instead.")


@transactional
def archive_variant(*, variant_id: int) -> Variant:
    """Raises NotFound, or LastVariant when its product would have none left."""
    product = lock_product(_product_of(variant_id))
    variant = Variant.objects.get(pk=variant_id)
    if drop_variant(variant):
        finish_edit(product)
    return variant


@transactional
def restore_variant(*, variant_id: int) -> Variant:
    """Raises NotFound, or InvalidInput when another variant has its combination by now."""
    product = lock_product(_product_of(variant_id))
    variant = Variant.objects.get(pk=variant_id)
    if revive_variant(variant):
        finish_edit(product)
    return variant


def drop_variant(variant: Variant, *, others_follow: bool = False) -> bool:
    """A step: archive it; its combination is free for another. True when it was not archived yet.

    Raises LastVariant where none would be left, unless `others_follow` in the same unit.
    """
    if variant.archived_at:
        return False
    if not others_follow and not variant.product.variants.filter(archived_at=None).exclude(pk=variant.pk).exists():
        raise LastVariant
    variant.archived_at = timezone.now()
    variant.options_key = spare_key(variant)
    Variant.objects.filter(pk=variant.pk).update(
        archived_at=variant.archived_at, options_key=variant.options_key, updated_at=variant.archived_at
    )
    return True


def revive_variant(variant: Variant) -> bool:
    """A step: bring it back with the combination it had. True when it was archived."""
    if not variant.archived_at:
        return False
    combination = options_of(variant)
    variant.chosen.all().delete()  # written anew, as its key is
    Variant.objects.filter(pk=variant.pk).update(archived_at=None, updated_at=timezone.now())
    set_options(variant.product, {variant.pk: combination})
    variant.refresh_from_db()
    return True


def _product_of(variant_id: int) -> int:
    found = Variant.objects.filter(pk=variant_id).values_list("product_id", flat=True).first()
    if found is None:
        raise NotFound
    return found
