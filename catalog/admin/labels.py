"""Brands, tags, and the order and colours of options' values."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.fields import ModelForm
from catalog.models import Brand, Tag
from catalog.services.labels import drop_label, save_label
from shop.admin import ShopModelAdmin


class LabelForm(ModelForm):
    slug = forms.CharField(
        label=_("Slug"), required=False, max_length=120, help_text=_("Left blank, it is made from the name.")
    )

    class Meta:
        fields = ("name", "slug")


class LabelAdmin(ShopModelAdmin):
    form = LabelForm
    fields = ("name", "slug")
    list_display = ("name", "slug", "products_here")
    search_fields = ("name",)
    ordering = ("name", "pk")
    products_path = "product"

    def get_queryset(self, request: HttpRequest) -> Any:
        labels = super().get_queryset(request)
        return labels.annotate(products_counted=Count(self.products_path))

    @admin.display(description=_("products"), ordering="products_counted")
    def products_here(self, label: Any) -> int:
        return int(label.products_counted)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_label(obj, name=form.cleaned_data["name"], slug=form.cleaned_data["slug"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        drop_label(obj)


@admin.register(Brand)
class BrandAdmin(LabelAdmin):
    pass


@admin.register(Tag)
class TagAdmin(LabelAdmin):
    products_path = "products"
