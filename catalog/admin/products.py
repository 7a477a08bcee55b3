"""Products with their variants, pictures and attributes on one page; single variants on theirs."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from catalog.admin.filters import BranchFilter
from catalog.admin.pictures import prepare_uploads, thumbnail
from catalog.admin.product_forms import ImageForm, ProductForm, option_names
from catalog.admin.product_save import Collected, save_product
from catalog.admin.variant_forms import OPTIONS_SHOWN, VariantForm, form_with_options, option_fields
from catalog.models import Product, ProductAttribute, ProductImage, ProductStatus, Variant
from catalog.services.archive_product import archive_product, restore_product
from catalog.services.editing import finish_edit, lock_product
from catalog.services.update_product import change_product
from shop.admin import ArchivingAdmin
from shop.common.money import format_money


class AttributeInline(admin.TabularInline[ProductAttribute, Product]):
    model = ProductAttribute
    fields = ("name", "value", "position")
    extra = 0


class ImageInline(admin.TabularInline[ProductImage, Product]):
    model = ProductImage
    form = ImageForm
    fields = ("shown", "file", "alt", "position")
    readonly_fields = ("shown",)
    extra = 0

    @admin.display(description=_("picture"))
    def shown(self, image: ProductImage) -> SafeString | str:
        return thumbnail(image.file.name) if image.file else image.source_url or "–"


class VariantInline(admin.TabularInline[Variant, Product]):
    model = Variant
    form = VariantForm
    extra = 0
    min_num = 1
    validate_min = True
    can_delete = False
    show_change_link = True
    columns = ("sku", "price", "compare_at_price", "stock_quantity", "is_active", "position", "archive")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Variant]:
        rows = super().get_queryset(request).filter(archived_at=None).select_related("stock", "product")
        return rows.prefetch_related("chosen__option", "chosen__value")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        names = option_names(obj) if obj else []
        kwargs["form"] = form_with_options(VariantForm, names, columns=_columns(names, is_new=obj is None))
        kwargs["fields"] = self.get_fields(request, obj)
        return super().get_formset(request, obj, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        names = option_names(obj) if obj else []
        return (*option_fields(_columns(names, is_new=obj is None)), *self.columns)


def _columns(names: list[str], *, is_new: bool) -> int:
    """As many as there are options and one more, for a new one; all there can be for a new product."""
    return max(len(names), OPTIONS_SHOWN if is_new else min(OPTIONS_SHOWN, len(names) + 1))


@admin.register(Product)
class ProductAdmin(ArchivingAdmin):
    class Media:
        css: ClassVar = {"all": ["admin-tint/products.css"]}

    form = ProductForm
    inlines = (VariantInline, ImageInline, AttributeInline)
    list_display = ("picture", "name", "category", "price_shown", "availability", "status", "updated_at")
    list_display_links = ("picture", "name")
    list_filter = ("status", "in_stock", "low_stock", "on_sale", BranchFilter, "brand")
    list_select_related = ("category", "main_image")
    search_fields = ("name", "variants__sku", "variants__barcode")
    search_help_text = _("Name, SKU or barcode")
    autocomplete_fields = ("brand", "tags")
    actions = ("archive_selected", "restore_selected")
    fieldsets = (
        (None, {"fields": ("name", "subtitle", "description", "category", "brand", "tags", "status", "option_names")}),
        (
            _("Address, tax and search engines"),
            {
                "classes": ("collapse",),
                "fields": ("slug", "tax_class", "seo_title", "seo_description", "seen_version"),
            },
        ),
    )

    @admin.display(description=_("picture"))
    def picture(self, product: Product) -> SafeString | str:
        return thumbnail(product.main_image.file.name if product.main_image else "", alt=product.name)

    @admin.display(description=_("price"), ordering="price")
    def price_shown(self, product: Product) -> str:
        low, high = format_money(product.price), format_money(product.price_to)
        return low if product.price == product.price_to else f"{low} – {high}"

    @admin.display(description=_("stock"), ordering="in_stock")
    def availability(self, product: Product) -> str:
        if not product.in_stock:
            return str(_("sold out"))
        return str(_("low")) if product.low_stock else str(_("in stock"))

    @admin.action(description=_("Archive selected products"), permissions=["delete"])
    def archive_selected(self, request: HttpRequest, chosen: QuerySet[Product]) -> None:
        done = ngettext_lazy("%(count)d product archived.", "%(count)d products archived.", "count")
        self.apply_to_each(request, chosen, lambda product: archive_product(product_id=product.pk), done=done)

    @admin.action(description=_("Bring selected products back"), permissions=["change"])
    def restore_selected(self, request: HttpRequest, chosen: QuerySet[Product]) -> None:
        done = ngettext_lazy("%(count)d product is back.", "%(count)d products are back.", "count")
        self.apply_to_each(request, chosen, lambda product: restore_product(product_id=product.pk), done=done)

    def prepare(self, request: HttpRequest) -> None:
        prepare_uploads(request)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Product]:
        return super().get_queryset(request).prefetch_related("options")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Written with everything else of the page, in `save_related`."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        by_model = {formset.model: formset for formset in formsets}
        product = save_product(
            Collected(
                form=form,
                variants=by_model[Variant],
                images=by_model[ProductImage],
                attributes=by_model[ProductAttribute],
                actor_id=request.user.pk,
            )
        )
        for formset in formsets:
            formset.save(commit=False)  # writes nothing: the log wants to know what changed
        form.instance.pk = product.pk
        form.instance.refresh_from_db()

    def archive_step(self, request: HttpRequest, obj: Any) -> None:
        product = lock_product(obj.pk)
        if change_product(product, {"status": ProductStatus.ARCHIVED}):
            finish_edit(product)
