"""Payments, refunds and what gateways told: to be read when something went wrong."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from orders.admin.orders import badge
from orders.models import GatewayEvent, Order, Payment, Refund
from orders.services.refund_to_card import mail_gift_card_again
from shop.admin import ReadOnlyMixin, ShopModelAdmin, change_url
from shop.common.money import format_money

SHARED = ("public_id", "of_order", "how", "sum", "gateway_reference", "gateway_key", "error_message")


class MoneyAdmin(ReadOnlyMixin, ShopModelAdmin):
    """A list with the order, the state and the amount of each row."""

    search_fields = ("gateway_reference",)
    search_help_text = _("Number of the order, or reference at the gateway")
    ordering = ("-created_at",)
    list_display_links = ("created_at",)

    class Media:
        css = {"all": ["admin-tint/orders.css"]}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("order")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Numbers of orders are in capitals, references of gateways as they are."""
        found = queryset.filter(order__number__startswith=search_term.upper())
        return found | queryset.filter(gateway_reference__startswith=search_term), False

    @admin.display(description=_("order"), ordering="order__number")
    def of_order(self, row: Payment | Refund) -> SafeString:
        return format_html('<a class="amount" href="{}">{}</a>', change_url(Order, row.order_id), row.order.number)

    @admin.display(description=_("state"), ordering="state")
    def how(self, row: Payment | Refund) -> SafeString:
        return badge(row.state, row.get_state_display())

    @admin.display(description=_("amount"), ordering="amount")
    def sum(self, row: Payment | Refund) -> SafeString:
        return format_html('<span class="amount">{}</span>', format_money(row.amount, row.order.currency))


@admin.register(Payment)
class PaymentAdmin(MoneyAdmin):
    list_display = ("created_at", "of_order", "gateway", "how", "sum", "error_message")
    list_filter = ("state", "gateway", "created_at")
    fields = (
        *SHARED,
        "gateway",
        "captured",
        "refunded",
        "error_code",
        "created_at",
        "updated_at",
        "checked_at",
    )
    readonly_fields = fields


@admin.register(Refund)
class RefundAdmin(MoneyAdmin):
    list_display = ("created_at", "of_order", "how", "sum", "reason", "actor", "error_message")
    list_select_related = ("actor",)
    list_filter = ("state", "to_gift_card", "created_at")
    fields = (*SHARED, "payment", "shipping_amount", "to_gift_card", "reason", "actor", "created_at", "settled_at")
    readonly_fields = fields
    actions = ("mail_again",)

    def has_refund_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm("orders.refund_order")

    @admin.action(description=_("Mail the gift card's code again"), permissions=["refund"])
    def mail_again(self, request: HttpRequest, chosen: QuerySet[Refund]) -> None:
        done = ngettext_lazy("%(count)d code mailed again.", "%(count)d codes mailed again.", "count")

        def mail(refund: Refund) -> None:
            mail_gift_card_again(refund_id=refund.pk, actor_id=request.user.pk)

        self.apply_to_each(request, chosen, mail, done=done)


@admin.register(GatewayEvent)
class GatewayEventAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("received_at", "gateway", "kind", "gateway_reference", "applied_at", "outcome")
    list_display_links = ("received_at",)
    list_filter = ("gateway", "kind", ("applied_at", admin.EmptyFieldListFilter), "received_at")
    search_fields = ("=event_id", "=gateway_reference")
    ordering = ("-received_at",)
    fields = ("gateway", "event_id", "kind", "gateway_reference", "payload", "received_at", "applied_at", "outcome")
    readonly_fields = fields
