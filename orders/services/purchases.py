"""What customers bought, for the reviews they write."""

from __future__ import annotations

from django.db.models import F, Q

from catalog.services.purchases import answers_purchases
from orders.models import OrderLine

# Paid, or sent where it is paid on delivery or by transfer later.
BOUGHT = Q(order__paid_at__isnull=False) | Q(order__shipped_at__isnull=False)


@answers_purchases
def bought(user_id: int, product_id: int) -> bool:
    """Whether an order that was paid or sent has the product, and not all of it was cancelled."""
    lines = OrderLine.objects.filter(BOUGHT, order__user=user_id, product=product_id)
    return lines.filter(quantity__gt=F("cancelled_quantity")).exists()
