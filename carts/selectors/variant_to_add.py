"""Which variant somebody means who names only the product."""

from __future__ import annotations

from carts.models import CartLine
from carts.selectors.carts import Shopper, open_carts
from catalog.models import ProductStatus, Variant
from catalog.selectors.stock import availability


def variant_to_add(shopper: Shopper, *, product_id: int, quantity: int) -> int | None:
    """The variant that is in the shopper's cart already, else the first with `quantity` to be had, else the first.

    None where the product has nothing for sale. Four queries at most.
    """
    ids = _for_sale(product_id)
    if len(ids) < 2:
        return ids[0] if ids else None
    cart = open_carts(shopper).first()
    in_cart = set(CartLine.objects.filter(cart=cart, variant__in=ids).values_list("variant_id", flat=True))
    chosen = next((pk for pk in ids if pk in in_cart), None)
    if chosen is not None:
        return chosen
    there = availability(ids, owner=cart.public_id if cart else "")
    return next((pk for pk in ids if there[pk].covers(quantity)), ids[0])


def _for_sale(product_id: int) -> list[int]:
    variants = Variant.objects.filter(
        product_id=product_id, product__status=ProductStatus.ACTIVE, is_active=True, archived_at=None
    )
    return list(variants.order_by("position", "pk").values_list("pk", flat=True))
