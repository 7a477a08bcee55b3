"""Gift cards: issued by staff, with a ledger that explains each balance."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from carts.models import GiftCard, GiftCardEntry
from carts.services.gift_cards import adjust_gift_card, issue_gift_card, set_active
from shop.admin import ReadOnlyMixin, ShopModelAdmin, change_url, list_url
from shop.admin_pages import FormPage, show_form_page
from shop.common.money import decimals, format_money

ADD, CHANGE = "carts.add_giftcard", "carts.change_giftcard"


class IssueForm(forms.Form):
    expires_at = forms.DateTimeField(label=_("Valid until"), required=False, help_text=_("Empty: without end."))

    field_order = ("amount", "expires_at")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["amount"] = forms.DecimalField(label=_("Worth"), max_digits=14, decimal_places=decimals())
        self.order_fields(self.field_order)


class AdjustForm(forms.Form):
    reason = forms.CharField(label=_("Why"), max_length=40)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        help_text = _("More, or with a minus less.")
        self.fields["amount"] = forms.DecimalField(
            label=_("By how much"), max_digits=14, decimal_places=decimals(), help_text=help_text
        )


class EntryInline(ReadOnlyMixin, admin.TabularInline[GiftCardEntry, GiftCard]):
    model = GiftCardEntry
    fields = ("created_at", "kind", "sum", "reference", "actor")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[GiftCardEntry]:
        return super().get_queryset(request).select_related("actor").order_by("id")

    @admin.display(description=_("amount"))
    def sum(self, entry: GiftCardEntry) -> str:
        return format_money(entry.amount, entry.card.currency)


@admin.register(GiftCard)
class GiftCardAdmin(ReadOnlyMixin, ShopModelAdmin):
    list_display = ("__str__", "worth", "expires_at", "is_active", "created_at")
    list_filter = ("is_active",)
    search_fields = ("=last_four", "=entries__reference")
    search_help_text = _("The last four characters, or the number of an order")
    ordering = ("-id",)
    fields = ("last_four", "worth", "expires_at", "is_active", "created_at", "change_balance")
    readonly_fields = fields
    inlines = (EntryInline,)
    actions = ("switch_off", "switch_on")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("issue/", view(self.issue_page), name="carts_giftcard_issue"),
            path("<int:pk>/adjust/", view(self.adjust_page), name="carts_giftcard_adjust"),
        ]
        return [*own, *super().get_urls()]

    def has_add_permission(self, request: HttpRequest, *_args: Any) -> bool:
        return request.user.has_perm(ADD)

    def add_view(self, request: HttpRequest, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return HttpResponseRedirect(reverse("admin:carts_giftcard_issue"))

    def has_switch_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE)

    def issue_page(self, request: HttpRequest) -> HttpResponse:
        if not request.user.has_perm(ADD):
            raise PermissionDenied

        def submit(values: dict[str, Any]) -> None:
            issued = issue_gift_card(**values, actor_id=request.user.pk)
            self.log_addition(request, issued.card, _t("Issued."))
            messages.success(request, _t("The code, shown this once: %(code)s") % {"code": issued.code})

        intro = _("Its code is shown once, when it is made. Only its last four characters are kept readable.")
        page = FormPage(title=_("Issue a gift card"), button=_("Issue it"), back_url=list_url(GiftCard), intro=intro)
        return show_form_page(self, request, form=IssueForm(request.POST or None), page=page, submit=submit)

    def adjust_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        card = get_object_or_404(GiftCard, pk=pk)

        def submit(values: dict[str, Any]) -> str:
            adjust_gift_card(card_id=card.pk, actor_id=request.user.pk, **values)
            self.log_change(request, card, _t("Balance changed."))
            return _t("The balance is changed.")

        page = FormPage(
            title=_t("Change the balance of %(card)s") % {"card": card},
            button=_("Change it"),
            back_url=change_url(GiftCard, card.pk),
            facts=[(_("Balance"), format_money(card.balance, card.currency))],
        )
        return show_form_page(self, request, form=AdjustForm(request.POST or None), page=page, submit=submit)

    @admin.action(description=_("Switch off"), permissions=["switch"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[GiftCard]) -> None:
        done = ngettext_lazy("%(count)d card switched off.", "%(count)d cards switched off.", "count")
        self.apply_to_each(request, queryset, lambda card: set_active(card_id=card.pk, is_active=False), done=done)

    @admin.action(description=_("Switch on again"), permissions=["switch"])
    def switch_on(self, request: HttpRequest, queryset: QuerySet[GiftCard]) -> None:
        done = ngettext_lazy("%(count)d card switched on.", "%(count)d cards switched on.", "count")
        self.apply_to_each(request, queryset, lambda card: set_active(card_id=card.pk, is_active=True), done=done)

    @admin.display(description=_("balance"), ordering="balance")
    def worth(self, card: GiftCard) -> str:
        return format_money(card.balance, card.currency)

    @admin.display(description=_("change"))
    def change_balance(self, card: GiftCard) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("admin:carts_giftcard_adjust", args=[card.pk]), _t("Change the balance")
        )
