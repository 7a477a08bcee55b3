"""How much of the shop's stock lies in which cart."""

from __future__ import annotations

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from carts.models import Cart, CartLine
from catalog.models import StockHold
from catalog.selectors.stock import live_holds


def carts_with_sizes() -> QuerySet[Cart]:
    """Carts with `line_count`, `units` in them and `held`, the units kept for them now."""
    lines = CartLine.objects.filter(cart=OuterRef("pk")).order_by().values("cart")
    holds = StockHold.objects.filter(live_holds(timezone.now()), owner=OuterRef("public_id")).order_by().values("owner")
    return Cart.objects.annotate(
        line_count=_or_nought(lines.annotate(n=Count("pk")).values("n")),
        units=_or_nought(lines.annotate(n=Sum("quantity")).values("n")),
        held=_or_nought(holds.annotate(n=Sum("quantity")).values("n")),
    )


def _or_nought(rows: QuerySet) -> Coalesce:
    return Coalesce(Subquery(rows, output_field=IntegerField()), 0)
