"""Options and the order and colours of their values. What they are called follows from the variants."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.fields import ModelForm
from catalog.models import OptionValue, ProductOption
from catalog.services.editing import finish_edit, lock_product
from catalog.services.option_values import COLOUR, change_value
from shop.admin import ShopModelAdmin


class OptionValueForm(ModelForm):
    class Meta:
        model = OptionValue
        fields = ("swatch", "position")

    def clean_swatch(self) -> str:
        swatch: str = self.cleaned_data["swatch"].strip().lower()
        if swatch and not COLOUR.fullmatch(swatch):
            raise forms.ValidationError(_("Write a colour like #2342be."))
        return swatch


class OptionValueInline(admin.TabularInline[OptionValue, ProductOption]):
    model = OptionValue
    form = OptionValueForm
    fields = ("value", "swatch", "position")
    readonly_fields = ("value",)
    extra = 0
    can_delete = False

    def has_add_permission(self, *_args: Any, **_kwargs: Any) -> bool:
        """Values come with the variants that have them."""
        return False


@admin.register(ProductOption)
class ProductOptionAdmin(ShopModelAdmin):
    inlines = (OptionValueInline,)
    fields = ("product", "name")
    readonly_fields = ("product", "name")
    list_display = ("product", "name")
    list_select_related = ("product",)
    search_fields = ("product__name", "name")
    ordering = ("-product_id", "position")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing of the option itself is changed here."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        product = lock_product(form.instance.product_id)
        changed = False
        for formset in formsets:
            formset.save(commit=False)  # writes nothing: the log wants to know what changed
            for value, _fields in formset.changed_objects:
                present = OptionValue.objects.get(pk=value.pk)
                changed |= change_value(present, swatch=value.swatch, position=value.position)
        if changed:
            finish_edit(product)
