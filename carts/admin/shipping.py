"""Where the shop sends to, how and for how much."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carts.admin.forms import ShippingMethodForm, ZoneAreaForm
from carts.models import Holiday, ShippingMethod, ShippingRate, ShippingZone, ZoneArea
from shop.admin import ShopModelAdmin


class RateInline(admin.TabularInline[ShippingRate, ShippingMethod]):
    model = ShippingRate
    extra = 1
    fields = ("zone", "at_least", "price")


@admin.register(ShippingMethod)
class ShippingMethodAdmin(ShopModelAdmin):
    """Carts and orders know a method by its code, so that does not change."""

    form = ShippingMethodForm
    list_display = ("name", "code", "basis", "days", "is_pickup", "is_active", "position")
    list_filter = ("is_active", "is_pickup")
    search_fields = ("name", "code")
    ordering = ("position", "id")
    inlines = (RateInline,)
    fieldsets = (
        (None, {"fields": ("name", "code", "description", "is_active", "is_pickup", "position")}),
        (_("Price"), {"fields": ("basis", "free_from", "tax_class")}),
        (_("Time"), {"fields": (("days_min", "days_max"), "cutoff", "weekdays")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("code",) if obj else ()

    @admin.display(description=_("working days"), ordering="days_min")
    def days(self, method: ShippingMethod) -> str:
        return f"{method.days_min}–{method.days_max}"


class AreaInline(admin.TabularInline[ZoneArea, ShippingZone]):
    model = ZoneArea
    form = ZoneAreaForm
    extra = 1


@admin.register(ShippingZone)
class ShippingZoneAdmin(ShopModelAdmin):
    list_display = ("name", "area_count", "position")
    search_fields = ("name", "areas__country")
    ordering = ("position", "id")
    inlines = (AreaInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[ShippingZone]:
        rows: QuerySet[ShippingZone] = super().get_queryset(request).annotate(area_count=Count("areas"))
        return rows

    @admin.display(description=_("areas"), ordering="area_count")
    def area_count(self, zone: Any) -> int:
        return int(zone.area_count)


@admin.register(Holiday)
class HolidayAdmin(ShopModelAdmin):
    list_display = ("date", "name")
    search_fields = ("name",)
    date_hierarchy = "date"
