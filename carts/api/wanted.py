"""Which variant a body means."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from carts.selectors.carts import Shopper
from carts.selectors.variant_to_add import variant_to_add
from carts.services.items import NoLongerForSale
from catalog.models import Variant
from shop.common.errors import InvalidInput


def wanted_variant(shopper: Shopper, body: dict[str, Any]) -> int:
    """The variant the body names. Raises NoLongerForSale, and InvalidInput where it contradicts itself."""
    product_id, variant_id = body.get("product_id"), body.get("variant_id")
    if variant_id is None:
        variant_id = variant_to_add(shopper, product_id=product_id or 0, quantity=body["quantity"])
        if variant_id is None:
            raise NoLongerForSale
    elif product_id is not None and not Variant.objects.filter(pk=variant_id, product_id=product_id).exists():
        raise InvalidInput(_("This variant is not one of that product."), field="variant_id")
    return int(variant_id)
