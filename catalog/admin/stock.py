"""Stock: shown, adjusted on a page that asks why, and every change there ever was. Holds, largest first."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, OuterRef, QuerySet, Subquery, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalog.admin.fields import UnitsField
from catalog.admin.filters import AvailabilityFilter
from catalog.models import Stock, StockHold, StockMovement, Variant
from catalog.selectors.stock import live_holds
from catalog.services.checks import MOST_UNITS
from catalog.services.holds import release_hold
from catalog.services.stock import adjust_stock, set_on_hand
from shop.admin import ReadOnlyMixin, ShopModelAdmin, change_url, list_url
from shop.admin_pages import FormPage, show_form_page
from shop.common.errors import InvalidInput, Message

MOVEMENTS_SHOWN = 20


class AdjustForm(forms.Form):
    """Either what was counted, or what to add or take away; and why."""

    counted = UnitsField(label=_("Counted on the shelf"), required=False)
    by = forms.IntegerField(
        label=_("Or add"),
        required=False,
        min_value=-MOST_UNITS,
        max_value=MOST_UNITS,
        help_text=_("Less than zero takes away: -2."),
        error_messages={"invalid": _("Enter a whole number.")},
    )
    reason = forms.CharField(
        label=_("Reason"), max_length=200, help_text=_("“Delivery 4711”, “broken”, “counted in the yearly stock-take”.")
    )

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if not self.errors and (data.get("counted") is None) == (data.get("by") is None):
            self.add_error("counted", _("Fill in one of the two: what was counted, or what to add."))
        return data


@admin.register(Stock)
class StockAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("sku", "name", "on_hand", "held", "committed", "free", "adjust_link", "tracked")
    list_filter = (AvailabilityFilter, "tracked", "allow_backorder")
    list_select_related = ("variant__product",)
    search_fields = ("variant__sku", "variant__barcode", "variant__product__name")
    search_help_text = _("SKU, barcode or name")
    fields = ("name", "on_hand", "held", "committed", "free", "tracked", "allow_backorder", "low_at", "adjust_link")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Stock]:
        return super().get_queryset(request).filter(variant__archived_at=None)

    @admin.display(description=_("SKU"), ordering="variant__sku")
    def sku(self, stock: Stock) -> str:
        return stock.variant.sku

    @admin.display(description=_("variant"))
    def name(self, stock: Stock) -> SafeString:
        return format_html('<a href="{}">{}</a>', change_url(Variant, stock.pk), str(stock.variant))

    @admin.display(description=_("available"), ordering=F("on_hand") - F("held") - F("committed"))
    def free(self, stock: Stock) -> int:
        return stock.available

    @admin.display(description="")
    def adjust_link(self, stock: Stock) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("admin:catalog_stock_adjust", args=[stock.pk]), _("Adjust"))

    def get_urls(self) -> list[URLPattern]:
        adjust = self.admin_site.admin_view(self.adjust_view)
        return [path("<int:variant_id>/adjust/", adjust, name="catalog_stock_adjust"), *super().get_urls()]

    def adjust_view(self, request: HttpRequest, variant_id: int) -> HttpResponse:
        if not request.user.has_perm("catalog.change_stock"):
            raise PermissionDenied
        stock = Stock.objects.select_related("variant__product").filter(pk=variant_id).first()
        if stock is None:
            raise Http404
        form = AdjustForm(request.POST or None)
        return show_form_page(
            self, request, form=form, page=_page(stock), submit=lambda data: _adjust(request, stock, data)
        )


def _page(stock: Stock) -> FormPage:
    return FormPage(
        title=_("Adjust stock of %(name)s") % {"name": stock.variant},
        button=_("Adjust"),
        back_url=list_url(Stock),
        facts=[
            (_("SKU"), stock.variant.sku),
            (_("On hand"), stock.on_hand),
            (_("Held in carts"), stock.held),
            (_("Ordered, not shipped"), stock.committed),
            (_("Available"), stock.available),
        ],
    )


def _adjust(request: HttpRequest, stock: Stock, data: dict[str, Any]) -> Message:
    if data["counted"] is not None:
        after = set_on_hand(
            variant_id=stock.pk, quantity=data["counted"], reason=data["reason"], actor_id=request.user.pk
        )
    elif stock.on_hand + data["by"] < 0:
        raise InvalidInput(_("Only %(count)d are on hand.") % {"count": stock.on_hand}, field="by")
    else:
        after = adjust_stock(variant_id=stock.pk, by=data["by"], reason=data["reason"], actor_id=request.user.pk)
    return str(_("%(name)s: %(count)d on hand now.") % {"name": stock.variant, "count": after.on_hand})


@admin.register(StockMovement)
class StockMovementAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = (
        "created_at",
        "variant",
        "kind",
        "on_hand_change",
        "held_change",
        "committed_change",
        "reason",
        "by",
    )
    list_filter = ("kind",)
    list_select_related = ("variant__product", "actor")
    search_fields = ("=variant__sku", "=reference", "variant__product__name")
    search_help_text = _("SKU, order number or name")
    list_display_links = None

    @admin.display(description=_("by"))
    def by(self, movement: StockMovement) -> str:
        return movement.actor.email if movement.actor else ""


@admin.register(StockHold)
class StockHoldAdmin(ReadOnlyMixin, ShopModelAdmin):
    """What carts keep at this moment. `of_cart` is how much one cart keeps in all: the largest come first."""

    list_display = ("variant", "quantity", "of_cart", "owner", "is_guest", "client_address", "started_at", "expires_at")
    list_filter = ("is_guest",)
    list_select_related = ("variant__product",)
    search_fields = ("=variant__sku", "=owner", "=client_address", "variant__product__name")
    search_help_text = _("SKU, cart, address of the client or name")
    list_display_links = None
    actions = ("release_selected",)

    def get_queryset(self, request: HttpRequest) -> Any:
        same = StockHold.objects.filter(live_holds(), owner=OuterRef("owner")).order_by().values("owner")
        units = same.annotate(units=Sum("quantity")).values("units")
        live = super().get_queryset(request).filter(live_holds())
        return live.annotate(units=Subquery(units)).order_by("-units", "owner", "-quantity")

    @admin.display(description=_("held by this cart in all"), ordering="units")
    def of_cart(self, hold: Any) -> int:
        return int(hold.units)

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_stockhold")

    @admin.action(description=_("Release selected holds"), permissions=["release"])
    def release_selected(self, request: HttpRequest, chosen: QuerySet[StockHold]) -> None:
        done = ngettext_lazy("%(count)d hold released.", "%(count)d holds released.", "count")
        self.apply_to_each(request, list(chosen), lambda hold: release_hold(hold_id=hold.pk), done=done)
