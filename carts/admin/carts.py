"""Carts, for looking: what people want, and who keeps much of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from carts.models import Cart, CartLine, CartStatus, SavedLine
from carts.selectors.carts import view_of
from carts.selectors.held import carts_with_sizes
from carts.selectors.sums import sum_rows
from carts.services.holds import release_cart
from catalog.models import StockHold
from shop.admin import ReadOnlyMixin, ShopModelAdmin, change_url
from shop.common.money import format_money


class LineInline(ReadOnlyMixin, admin.TabularInline[CartLine, Cart]):
    model = CartLine
    fields = ("variant", "quantity", "price", "added_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[CartLine]:
        return super().get_queryset(request).select_related("variant__product")

    @admin.display(description=_("price seen"))
    def price(self, line: CartLine) -> str:
        return format_money(line.price_seen)


class SavedInline(ReadOnlyMixin, admin.TabularInline[SavedLine, Cart]):
    model = SavedLine
    fields = ("variant", "quantity", "saved_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[SavedLine]:
        return super().get_queryset(request).select_related("variant__product")


class HoldingFilter(admin.SimpleListFilter):
    title = _("holds")
    parameter_name = "holds"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("keeps something now"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Cart]) -> QuerySet[Cart]:
        return queryset.filter(Q(held__gt=0)) if self.value() == "yes" else queryset


@admin.register(Cart)
class CartAdmin(ReadOnlyMixin, ShopModelAdmin):
    """The largest holders come first when sorted by what is held."""

    list_display = ("public_id", "whose", "status", "line_count", "units", "held", "age")
    list_filter = ("status", HoldingFilter, "updated_at")
    search_fields = ("=public_id", "=user__email", "=email")
    search_help_text = _("Id of the cart, or the customer's e-mail address")
    ordering = ("-updated_at",)
    inlines = (LineInline, SavedInline)
    fields = ("public_id", "whose", "status", "destination", "costs", "holds", "age", "created_at", "updated_at")
    readonly_fields = fields
    actions = ("release",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cart]:
        return carts_with_sizes().select_related("user")

    def has_release_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("catalog.change_stockhold")

    @admin.action(description=_("Release what is held"), permissions=["release"])
    def release(self, request: HttpRequest, queryset: QuerySet[Cart]) -> None:
        done = ngettext_lazy("%(count)d cart keeps nothing now.", "%(count)d carts keep nothing now.", "count")
        self.apply_to_each(request, queryset, lambda cart: release_cart(cart_id=cart.pk), done=done)

    @admin.display(description=_("customer"), ordering="user__email")
    def whose(self, cart: Cart) -> str | SafeString:
        if cart.user is None:
            return str(_("guest"))
        return format_html('<a href="{}">{}</a>', change_url(User, cart.user.pk), cart.user)

    @admin.display(description=_("lines"), ordering="line_count")
    def line_count(self, cart: Any) -> int:
        return int(cart.line_count)

    @admin.display(description=_("units"), ordering="units")
    def units(self, cart: Any) -> int:
        return int(cart.units)

    @admin.display(description=_("held now"), ordering="held")
    def held(self, cart: Any) -> int:
        return int(cart.held)

    @admin.display(description=_("last used"), ordering="updated_at")
    def age(self, cart: Cart) -> str:
        return str(_("%(time)s ago") % {"time": timesince(cart.updated_at)})

    @admin.display(description=_("goes to"))
    def destination(self, cart: Cart) -> str:
        parts = (cart.country, cart.region, cart.postcode, cart.shipping_method)
        return ", ".join(part for part in parts if part) or "–"

    @admin.display(description=_("what it costs"))
    def costs(self, cart: Cart) -> SafeString | str:
        """As its shopper sees it now; what an order came to stands with the order."""
        if cart.status != CartStatus.OPEN:
            return "–"
        view = view_of(cart)
        total = (_("Total"), format_money(view.quote.total, view.quote.currency))
        rows = format_html_join("", "<dt>{}</dt><dd>{}</dd>", [*sum_rows(view), total])
        return format_html('<dl class="cart-sums">{}</dl>', rows)

    @admin.display(description=_("holds"))
    def holds(self, cart: Cart) -> SafeString | str:
        rows = StockHold.objects.filter(owner=cart.public_id, quantity__gt=0).select_related("variant__product")
        said = [(hold.quantity, hold.variant, _time(hold.expires_at), hold.client_address) for hold in rows]
        return format_html_join("", "<div>{} × {}, until {} {}</div>", said) or "–"


def _time(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H:%M:%S}"
