"""How things are found: synonyms, searches without a hit, and those that are suggested."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.admin.fields import ModelForm
from catalog.models import PopularSearch, SearchMiss, Synonym
from catalog.services.synonyms import drop_synonym, save_synonym
from shop.admin import ShopModelAdmin


class SynonymForm(ModelForm):
    class Meta:
        fields = ("words",)
        help_texts = {"words": _("Whoever searches for one of them finds the others too: sofa, couch, settee.")}


@admin.register(Synonym)
class SynonymAdmin(ShopModelAdmin):
    form = SynonymForm
    fields = ("words",)
    list_display = ("words",)
    search_fields = ("words",)
    ordering = ("words", "pk")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        save_synonym(obj, words=form.cleaned_data["words"])

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        drop_synonym(obj)


class SearchesAdmin(ShopModelAdmin):
    """Counted by the shop; staff look, and delete what is done with or rude."""

    list_display: tuple[str, ...] = ("query", "count", "last_at")
    search_fields = ("query",)
    ordering = ("-count", "-last_at", "-pk")
    deletes_in_bulk = True  # nothing follows from these rows

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(SearchMiss)
class SearchMissAdmin(SearchesAdmin):
    list_display = ("query", "count", "last_at", "helps")

    @admin.display(description=_("what helps"))
    def helps(self, miss: SearchMiss) -> SafeString:
        prefilled = urlencode({"words": f"{miss.query}, "})
        return format_html(
            '<a href="{}?{}">{}</a> · <a href="{}?{}">{}</a>',
            reverse("admin:catalog_synonym_add"),
            prefilled,
            _("Add a synonym"),
            reverse("catalog:search"),
            urlencode({"search": miss.query}),
            _("Search again"),
        )


@admin.register(PopularSearch)
class PopularSearchAdmin(SearchesAdmin):
    pass
