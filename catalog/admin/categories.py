"""The tree of categories: dragged into place in the list, or placed by its form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.utils.translation import gettext_lazy as _
from treebeard.admin import TreeAdmin

from catalog.admin.fields import CategoryField, ModelForm
from catalog.admin.pictures import PictureField, prepare_uploads
from catalog.models import Category
from catalog.services.create_category import add_category
from catalog.services.inputs import CategoryFields
from catalog.services.move_category import move_category, place_category
from catalog.services.remove_category import drop_category
from catalog.services.set_picture import set_picture
from catalog.services.update_category import change_category
from shop.admin import ShopModelAdmin
from shop.common.errors import ShopError

PLACES = {"child": "last-child", "sibling": "left"}


class CategoryForm(ModelForm):
    slug = forms.CharField(
        label=_("Address"), required=False, max_length=120, help_text=_("Left blank, it is made from the name.")
    )
    parent = CategoryField(label=_("Below"), empty_label=_("– the top –"))
    image = PictureField(label=_("Picture"), required=False)
    remove_image = forms.BooleanField(label=_("Take the picture away"), required=False)

    class Meta:
        model = Category
        fields = ("name", "slug", "description", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("parent", Category.objects.get_parent(self.instance))

    def category_fields(self) -> CategoryFields:
        data = self.cleaned_data
        return {
            "name": data["name"],
            "slug": data["slug"] or self.instance.slug or "",
            "description": data["description"],
            "is_active": data["is_active"],
        }


class MoveForm(forms.Form):
    node = forms.ModelChoiceField(Category.objects.all())
    target = forms.ModelChoiceField(Category.objects.all())
    relation = forms.ChoiceField(choices=[(key, key) for key in PLACES])


@admin.register(Category)
class CategoryAdmin(ShopModelAdmin, TreeAdmin):
    form = CategoryForm
    fields = ("name", "parent", "slug", "description", "image", "remove_image", "is_active")
    list_display = ("name", "url_path", "products_here", "is_active")
    list_filter = ("is_active",)
    search_fields = ("name", "slug")

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request)
        return rows.annotate(products_counted=Count("products"))

    @admin.display(description=_("products"), ordering="products_counted")
    def products_here(self, category: Any) -> int:
        return int(category.products_counted)

    def prepare(self, request: HttpRequest) -> None:
        prepare_uploads(request)

    def _changeform_view(self, *args: Any, **kwargs: Any) -> Any:
        """Past treebeard's own, which expects its form and Django's transaction."""
        return super(TreeAdmin, self)._changeform_view(*args, **kwargs)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        parent = form.cleaned_data["parent"]
        if not change:
            category = add_category(form.category_fields(), parent_id=parent.pk if parent else None)
        else:
            category = change_category(obj.pk, form.category_fields())
            if "parent" in form.changed_data:
                target = parent.pk if parent else None
                category = place_category(obj.pk, target_id=target, place="last-child")
        if form.cleaned_data["image"] or form.cleaned_data["remove_image"]:
            set_picture(category, form.cleaned_data["image"] or None)
        obj.pk = category.pk
        obj.refresh_from_db()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        drop_category(obj.pk)

    def move_node(self, request: HttpRequest) -> HttpResponse:
        """What the list's script asks for when a row was dragged."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        form = MoveForm(request.POST)
        if not form.is_valid():
            return HttpResponseBadRequest()
        node, target = form.cleaned_data["node"], form.cleaned_data["target"]
        try:
            move_category(category_id=node.pk, target_id=target.pk, place=PLACES[form.cleaned_data["relation"]])
        except ShopError as refusal:
            messages.error(request, str(refusal.message))
            return HttpResponseBadRequest()
        messages.success(request, _("“%(name)s” was moved.") % {"name": node})
        return HttpResponse("OK")
