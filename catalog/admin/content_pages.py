"""Pages staff write."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from catalog.admin.fields import ModelForm
from catalog.admin.pictures import PictureField, prepare_uploads
from catalog.models import ContentPage
from catalog.services.inputs import PageFields
from catalog.services.save_page import drop_page, write_page
from catalog.services.set_picture import set_picture
from shop.admin import ShopModelAdmin

BODY_HELP = _("HTML: paragraphs, headings from the second level, lists, links and tables. Anything else is taken out.")


class PageForm(ModelForm):
    slug = forms.CharField(
        label=_("Address"), required=False, max_length=80, help_text=_("Left blank, it is made from the title.")
    )
    image = PictureField(label=_("Picture"), required=False)
    remove_image = forms.BooleanField(label=_("Take the picture away"), required=False)

    class Meta:
        model = ContentPage
        fields = ("title", "slug", "body", "image_alt", "in_footer", "position", "is_active")
        help_texts = {"body": BODY_HELP}

    def page_fields(self) -> PageFields:
        data = self.cleaned_data
        return {
            "title": data["title"],
            "slug": data["slug"] or self.instance.slug or "",
            "body": data["body"],
            "image_alt": data["image_alt"],
            "in_footer": data["in_footer"],
            "position": data["position"],
            "is_active": data["is_active"],
        }


@admin.register(ContentPage)
class ContentPageAdmin(ShopModelAdmin):
    form = PageForm
    fields = ("title", "slug", "body", "image", "remove_image", "image_alt", "in_footer", "position", "is_active")
    list_display = ("title", "slug", "in_footer", "position", "is_active", "updated_at")
    list_filter = ("is_active", "in_footer")
    search_fields = ("title", "slug", "body")

    def prepare(self, request: HttpRequest) -> None:
        prepare_uploads(request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        page = ContentPage.objects.select_for_update().get(pk=obj.pk) if change else ContentPage()
        write_page(page, form.page_fields())
        if form.cleaned_data["image"] or form.cleaned_data["remove_image"]:
            set_picture(page, form.cleaned_data["image"] or None)
        obj.pk = page.pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        drop_page(obj)
