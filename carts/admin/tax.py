"""Tax classes with their rates."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carts.admin.forms import TaxRateForm
from carts.models import TaxClass, TaxRate
from carts.services.tax_classes import delete_tax_class_step
from shop.admin import ShopModelAdmin


class RateInline(admin.TabularInline[TaxRate, TaxClass]):
    model = TaxRate
    form = TaxRateForm
    extra = 1


@admin.register(TaxClass)
class TaxClassAdmin(ShopModelAdmin):
    """Products know a class by its code, so that does not change."""

    list_display = ("name", "code", "rate_count")
    search_fields = ("name", "code")
    inlines = (RateInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[TaxClass]:
        rows: QuerySet[TaxClass] = super().get_queryset(request).annotate(rate_count=Count("rates"))
        return rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    def get_actions(self, request: HttpRequest) -> Any:
        """Each is looked at before it goes."""
        actions = super().get_actions(request)
        actions.pop("delete_selected", None)
        return actions

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        delete_tax_class_step(obj)

    @admin.display(description=_("rates"), ordering="rate_count")
    def rate_count(self, tax_class: Any) -> int:
        return int(tax_class.rate_count)
