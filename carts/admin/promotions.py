"""Promotions, their codes, and what they cost the shop."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, ngettext_lazy

from carts.models import Coupon, Promotion, PromotionTier
from carts.selectors.below_cost import MOST_LOOKED_AT, BelowCost, below_cost
from carts.selectors.promotion_uses import uses_of_promotions
from carts.services.promotions import (
    check_promotion,
    check_tiers_step,
    clean_code,
    make_codes,
    recount_step,
    switch_off_codes,
)
from shop.admin import ReadOnlyMixin, ShopModelAdmin, change_url, list_url
from shop.admin_pages import FormPage, show_form_page
from shop.common.errors import ShopError
from shop.common.forms import add_refusal
from shop.common.money import format_money

SHOWN = 8
CHANGE = "carts.change_promotion"


class PromotionForm(forms.ModelForm[Promotion]):
    class Meta:
        help_texts = {
            "value": _("Percent, or an amount. For “buy some, get some”: percent off what is given, 100 is free."),
            "priority": _("Lower comes first."),
            "minimum_spend": _("Of goods, before discounts."),
        }

    def clean(self) -> Any:
        cleaned = super().clean() or {}
        try:
            check_promotion(cleaned)
        except ShopError as refusal:
            add_refusal(self, refusal)
        return cleaned


class CouponForm(forms.ModelForm[Coupon]):
    def clean_code(self) -> str:
        try:
            return clean_code(self.cleaned_data["code"])
        except ShopError as refusal:
            raise forms.ValidationError(str(refusal.message)) from refusal


class BatchForm(forms.Form):
    batch = forms.CharField(label=_("Name of the batch"), max_length=80)
    count = forms.IntegerField(label=_("How many codes"), initial=100)
    start = forms.CharField(label=_("Start of each code"), required=False, max_length=30)


class TierInline(admin.TabularInline[PromotionTier, Promotion]):
    model = PromotionTier
    extra = 0


class CouponInline(admin.TabularInline[Coupon, Promotion]):
    """Codes made one by one; those of batches have a list of their own."""

    model = Coupon
    form = CouponForm
    extra = 0
    fields = ("code", "limit", "is_active", "use_count")
    readonly_fields = ("use_count",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Coupon]:
        return super().get_queryset(request).filter(batch="")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A code that was used belongs to orders: it is switched off instead."""
        return False


@admin.register(Promotion)
class PromotionAdmin(ShopModelAdmin):
    form = PromotionForm
    list_display = ("name", "kind", "worth", "scope", "needs_code", "runs", "uses", "given", "priority", "is_active")
    list_filter = ("is_active", "kind", "scope", "needs_code")
    search_fields = ("name", "coupons__code")
    ordering = ("priority", "id")
    filter_horizontal = ("categories",)
    autocomplete_fields = ("products", "tags")
    inlines = (TierInline, CouponInline)
    readonly_fields = ("codes", "warning")
    fieldsets = (
        (None, {"fields": ("name", "is_active", "kind", "value", ("buy_quantity", "get_quantity"))}),
        (_("Tiers"), {"fields": (("tier_basis", "tier_gives"),)}),
        (_("What it is about"), {"fields": ("scope", "categories", "products", "tags")}),
        (_("Who may have it, and when"), {
            "fields": (("starts_at", "ends_at"), "minimum_spend", "first_order_only", "group",
                       ("total_limit", "customer_limit"))
        }),
        (_("Together with others"), {"fields": (("stackable", "priority"), "warning")}),
        (_("Codes"), {"fields": ("needs_code", "codes")}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Promotion]:
        rows: QuerySet[Promotion] = super().get_queryset(request)
        return rows.annotate(**uses_of_promotions())

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        own = [
            path("<int:pk>/codes/", view(self.batch_page), name="carts_promotion_batch"),
            path("<int:pk>/codes.csv", view(self.codes_file), name="carts_promotion_codes"),
        ]
        return [*own, *super().get_urls()]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was used belongs to orders: a promotion is switched off, or deleted while nobody has used it."""
        used = obj is not None and obj.uses.exists()
        return super().has_delete_permission(request, obj) and not used

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        super().save_related(request, form, formsets, change)
        promotion = Promotion.objects.get(pk=form.instance.pk)
        check_tiers_step(promotion)
        recount_step(promotion)
        losses = below_cost(promotion) if promotion.is_active else []
        if losses:
            messages.warning(request, _said(losses))

    def batch_page(self, request: HttpRequest, pk: int) -> HttpResponse:
        promotion = self._own(request, pk)

        def make(values: dict[str, Any]) -> str:
            made = make_codes(promotion_id=promotion.pk, **values)
            done = ngettext("%(count)d code made.", "%(count)d codes made.", len(made)) % {"count": len(made)}
            self.log_change(request, promotion, done)
            return done

        page = FormPage(
            title=_t("Codes for “%(name)s”") % {"name": promotion.name},
            button=_("Make the codes"),
            back_url=change_url(Promotion, promotion.pk),
            intro=_("Each works once. They are listed under Codes and can be exported there."),
        )
        return show_form_page(self, request, form=BatchForm(request.POST or None), page=page, submit=make)

    def codes_file(self, request: HttpRequest, pk: int) -> HttpResponse:
        return codes_as_csv(self._own(request, pk).coupons.select_related("promotion").order_by("id"))

    def _own(self, request: HttpRequest, pk: int) -> Promotion:
        if not request.user.has_perm(CHANGE):
            raise PermissionDenied
        return get_object_or_404(Promotion, pk=pk)

    @admin.display(description=_("value"))
    def worth(self, promotion: Promotion) -> str:
        if promotion.kind in ("free_shipping", "tiers"):
            return "–"
        return (
            f"{promotion.value:g} %" if promotion.kind in ("percent", "buy_x_get_y") else format_money(promotion.value)
        )

    @admin.display(description=_("until"), ordering="ends_at")
    def runs(self, promotion: Promotion) -> Any:
        return promotion.ends_at

    @admin.display(description=_("used"), ordering="times")
    def uses(self, promotion: Any) -> int:
        return int(promotion.times)

    @admin.display(description=_("taken off"), ordering="given_sum")
    def given(self, promotion: Any) -> str:
        return format_money(promotion.given_sum)

    @admin.display(description=_("codes"))
    def codes(self, promotion: Promotion) -> SafeString | str:
        if promotion.pk is None:
            return _t("Save first; then codes for single use can be made in batches.")
        count = promotion.coupons.count()
        return format_html(
            '{} · <a href="{}">{}</a> · <a href="{}?promotion__id__exact={}">{}</a> · <a href="{}">{}</a>',
            ngettext("%(count)d code", "%(count)d codes", count) % {"count": count},
            reverse("admin:carts_promotion_batch", args=[promotion.pk]),
            _t("Make a batch"),
            list_url(Coupon),
            promotion.pk,
            _t("Look at them"),
            reverse("admin:carts_promotion_codes", args=[promotion.pk]),
            _t("Export"),
        )

    @admin.display(description=_("sold below cost"))
    def warning(self, promotion: Promotion) -> SafeString | str:
        losses = below_cost(promotion) if promotion.pk else []
        return format_html_join("", "<div>{}</div>", [(_loss(one),) for one in losses[:SHOWN]]) or _t("Nothing")


@admin.register(Coupon)
class CouponAdmin(ReadOnlyMixin, ShopModelAdmin):
    """All codes: found, exported, switched off. They are made at their promotion."""

    list_display = ("code", "promotion", "batch", "use_count", "limit", "is_active", "created_at")
    list_filter = ("is_active", "batch")
    search_fields = ("^code", "=batch")
    list_select_related = ("promotion",)
    ordering = ("-id",)
    actions = ("switch_off", "export")

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return lookup == "promotion__id__exact" or super().lookup_allowed(lookup, value, request)

    def has_manage_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(CHANGE)

    @admin.action(description=_("Switch off"), permissions=["manage"])
    def switch_off(self, request: HttpRequest, queryset: QuerySet[Coupon]) -> None:
        count = switch_off_codes(coupon_ids=list(queryset.values_list("pk", flat=True)))
        done = ngettext_lazy("%(count)d code switched off.", "%(count)d codes switched off.", "count")
        messages.success(request, done % {"count": count})

    @admin.action(description=_("Export as CSV"), permissions=["manage"])
    def export(self, request: HttpRequest, queryset: QuerySet[Coupon]) -> HttpResponse:
        return codes_as_csv(queryset.select_related("promotion"))


def codes_as_csv(coupons: Iterable[Coupon]) -> HttpResponse:
    """Codes begin with letters or digits as they are made; a sheet's formula signs are written as text."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="codes.csv"'
    sheet = csv.writer(response)
    sheet.writerow(["code", "promotion", "batch", "used", "limit", "active"])
    for one in coupons:
        limit = "" if one.limit is None else one.limit
        texts = [_as_text(text) for text in (one.code, one.promotion.name, one.batch)]
        sheet.writerow([*texts, one.use_count, limit, "yes" if one.is_active else "no"])
    return response


def _as_text(text: str) -> str:
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def _said(losses: list[BelowCost]) -> str:
    words = {"count": len(losses), "first": "; ".join(_loss(one) for one in losses[:3])}
    if len(losses) >= MOST_LOOKED_AT:
        return _t("At least %(count)d things would be sold below cost, for example: %(first)s") % words
    return (
        ngettext(
            "%(count)d thing would be sold below cost: %(first)s",
            "%(count)d things would be sold below cost, for example: %(first)s",
            len(losses),
        )
        % words
    )


def _loss(one: BelowCost) -> str:
    return _t("%(name)s brings %(brings)s and costs %(cost)s (%(offers)s)") % {
        "name": one.variant,
        "brings": format_money(one.brings),
        "cost": format_money(one.cost),
        "offers": " + ".join(one.offers),
    }
