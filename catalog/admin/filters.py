"""Filters of the lists."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import admin
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.models import Category, Product, Stock


class AvailabilityFilter(admin.SimpleListFilter):
    """Sold out, low, or more promised than there is; only of what is counted."""

    title = _("availability")
    parameter_name = "availability"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("out", _("sold out")), ("low", _("low")), ("beyond", _("ordered beyond stock"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Stock]) -> QuerySet[Stock]:
        sellable = F("on_hand") - F("committed")
        rows = queryset.filter(tracked=True).annotate(
            sellable=sellable, threshold=Coalesce("low_at", Value(settings.SHOP_LOW_STOCK))
        )
        conditions = {
            "out": Q(sellable__lte=0),
            "low": Q(sellable__gt=0, sellable__lte=F("threshold")),
            "beyond": Q(sellable__lt=0),
        }
        return rows.filter(conditions[self.value()]) if self.value() in conditions else queryset  # type: ignore[index]


class BranchFilter(admin.SimpleListFilter):
    """Categories of the first two levels, each with everything below it."""

    title = _("category")
    parameter_name = "branch"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        branches = Category.objects.filter(depth__lte=2).order_by("path").values_list("path", "depth", "name")
        return [(path, "\u2003" * (depth - 1) + name) for path, depth, name in branches]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Product]) -> QuerySet[Product]:
        path = self.value()
        return queryset.filter(category__path__startswith=path) if path else queryset
