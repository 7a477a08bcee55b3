"""How often promotions were used, and what they took off."""

from __future__ import annotations

from django.db.models import Count, DecimalField, IntegerField, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from carts.models import PromotionUse
from shop.common.money import ZERO


def uses_of_promotions() -> dict[str, Coalesce]:
    """Annotations of a queryset of promotions: `times` used and `given_sum` taken off in all."""
    uses = PromotionUse.objects.filter(promotion=OuterRef("pk")).order_by().values("promotion")
    amount = DecimalField(max_digits=20, decimal_places=3)
    times = Subquery(uses.annotate(n=Count("pk")).values("n"), output_field=IntegerField())
    given = Subquery(uses.annotate(n=Sum("amount")).values("n"), output_field=amount)
    return {"times": Coalesce(times, 0), "given_sum": Coalesce(given, ZERO, output_field=amount)}
