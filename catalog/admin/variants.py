"""One variant with everything about it; also where archived ones are found and brought back."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalog.admin.product_forms import option_names
from catalog.admin.variant_forms import VariantPageForm, form_with_options, option_fields, stock_text
from catalog.models import Product, Variant
from catalog.services.archive_variant import archive_variant, drop_variant, restore_variant
from catalog.services.editing import finish_edit, lock_product
from catalog.services.options import set_options
from catalog.services.update_variant import change_variant
from shop.admin import ArchivingAdmin, change_url
from shop.common.money import format_money


@admin.register(Variant)
class VariantAdmin(ArchivingAdmin):
    form = VariantPageForm
    list_display = ("sku", "product", "title", "price_shown", "stock_shown", "is_active", "is_archived")
    list_filter = ("is_active", ("archived_at", admin.EmptyFieldListFilter), "stock__tracked", "stock__allow_backorder")
    list_select_related = ("product", "stock")
    search_fields = ("sku", "barcode", "product__name")
    search_help_text = _("SKU, barcode or name")
    readonly_fields = ("product_link",)
    actions = ("archive_selected", "restore_selected")
    ordering = ("-pk",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Variants are added on their product's page."""
        return False

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        rows = super().get_queryset(request)
        return rows.select_related("product", "stock").prefetch_related("chosen__option", "chosen__value")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        if obj is not None:
            names = option_names(obj.product)
            kwargs["form"] = form_with_options(VariantPageForm, names, columns=len(names))
        return super().get_form(request, obj, change=change, **kwargs)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        options = option_fields(len(option_names(obj.product))) if obj else ()
        return (
            (None, {"fields": ("product_link", *options, "sku", "barcode", "price", "compare_at_price", "cost")}),
            (_("Stock"), {"fields": ("stock_quantity", "tracked", "allow_backorder", "low_at")}),
            (_("Delivery"), {"fields": ("requires_shipping", "weight_grams", "unit_amount", "unit_measure")}),
            (_("In the shop"), {"fields": ("image", "position", "is_active", "archive")}),
        )

    @admin.display(description=_("product"))
    def product_link(self, variant: Variant) -> SafeString:
        return format_html('<a href="{}">{}</a>', change_url(Product, variant.product_id), variant.product.name)

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, variant: Variant) -> str:
        return format_money(variant.price)

    @admin.display(description=_("stock"), ordering="stock__on_hand")
    def stock_shown(self, variant: Variant) -> SafeString:
        return stock_text(variant.stock)

    @admin.display(description=_("archived"), boolean=True)
    def is_archived(self, variant: Variant) -> bool:
        return variant.archived_at is not None

    @admin.action(description=_("Archive selected variants"), permissions=["delete"])
    def archive_selected(self, request: HttpRequest, chosen: QuerySet[Variant]) -> None:
        done = ngettext_lazy("%(count)d variant archived.", "%(count)d variants archived.", "count")
        self.apply_to_each(request, chosen, lambda variant: archive_variant(variant_id=variant.pk), done=done)

    @admin.action(description=_("Bring selected variants back"), permissions=["change"])
    def restore_selected(self, request: HttpRequest, chosen: QuerySet[Variant]) -> None:
        done = ngettext_lazy("%(count)d variant is back.", "%(count)d variants are back.", "count")
        self.apply_to_each(request, chosen, lambda variant: restore_variant(variant_id=variant.pk), done=done)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        product = lock_product(obj.product_id, with_stock=True)
        variant = Variant.objects.select_related("product", "stock").get(pk=obj.pk)
        changed = change_variant(variant, form.variant_fields())
        if variant.archived_at is None:
            changed |= set_options(product, {variant.pk: form.options(form.options_of_product)})
        if form.cleaned_data.get("archive"):
            changed |= drop_variant(variant)
        if changed:
            finish_edit(product)

    def archive_step(self, request: HttpRequest, obj: Any) -> None:
        product = lock_product(obj.product_id)
        if drop_variant(Variant.objects.select_related("product").get(pk=obj.pk)):
            finish_edit(product)
