"""The product's own form."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.admin.fields import CategoryField, ModelForm, PositionField
from catalog.admin.pictures import PictureField
from catalog.admin.variant_forms import OPTIONS_SHOWN
from catalog.models import Product, ProductImage
from catalog.services.images import ImageFields
from catalog.services.inputs import ProductFields


class ProductForm(ModelForm):
    """`seen_version` is the edit the page was made from: saving over somebody else's is refused."""

    slug = forms.CharField(
        label=_("Address"), required=False, max_length=200, help_text=_("Left blank, it is made from the name.")
    )
    category = CategoryField(label=_("Category"))
    option_names = forms.CharField(
        label=_("Options"),
        required=False,
        max_length=300,
        help_text=_("What can be chosen, separated by commas: “Size, Frame”. None for a product with one variant."),
    )
    seen_version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Product
        fields = (
            "name",
            "slug",
            "subtitle",
            "description",
            "category",
            "brand",
            "tags",
            "tax_class",
            "status",
            "seo_title",
            "seo_description",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("option_names", ", ".join(option_names(self.instance)))
            self.initial.setdefault("seen_version", self.instance.edit_version)

    def clean_option_names(self) -> list[str]:
        names = [name.strip() for name in self.cleaned_data["option_names"].split(",") if name.strip()]
        if len(set(names)) < len(names):
            raise forms.ValidationError(_("Each option needs a name of its own."))
        if len(names) > max(OPTIONS_SHOWN, len(option_names(self.instance)) if self.instance.pk else 0):
            raise forms.ValidationError(_("Use at most %(count)d options.") % {"count": OPTIONS_SHOWN})
        return names

    def columns(self) -> list[str]:
        """What `option_0` … stand for now: a name that is still there stays at its column, another is its new name."""
        old = option_names(self.instance) if self.instance.pk else []
        new: list[str] = self.cleaned_data["option_names"]
        fresh = [name for name in new if name not in old]
        columns = []
        for index, name in enumerate(old):
            at_place = new[index] if index < len(new) else ""
            if name in new:
                columns.append(name)
            else:
                columns.append(at_place if at_place in fresh else "")
        return columns + [name for name in fresh if name not in columns]

    def renamed(self) -> dict[str, str]:
        """New names of options by their old ones."""
        old = option_names(self.instance) if self.instance.pk else []
        return {was: now for was, now in zip(old, self.columns(), strict=False) if now and was != now}

    def product_fields(self) -> ProductFields:
        """What was typed, as the services take it."""
        data = {key: value for key, value in self.cleaned_data.items() if key in ProductFields.__annotations__}
        for name in ("category", "brand"):
            if name in self.cleaned_data:
                data[f"{name}_id"] = self.cleaned_data[name].pk if self.cleaned_data[name] else None
        if "tags" in self.cleaned_data:
            data["tag_ids"] = [tag.pk for tag in self.cleaned_data["tags"]]
        return cast("ProductFields", data)


class ImageForm(ModelForm):
    file = PictureField(label=_("Picture"), required=False)
    position = PositionField()

    class Meta:
        model = ProductImage
        fields = ("file", "alt", "position")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.instance.pk:
            self.initial["position"] = None

    def image_fields(self) -> ImageFields:
        """What was typed, as the services take it."""
        fields: ImageFields = {"alt": self.cleaned_data["alt"]}
        if self.cleaned_data["position"] is not None:
            fields["position"] = self.cleaned_data["position"]
        return fields

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if not self.instance.pk and not self.errors and not self.cleaned_data.get("file"):
            self.add_error("file", _("Choose a picture."))
        return cleaned


def option_names(product: Product) -> list[str]:
    """In order. No query where `options` is prefetched."""
    return [option.name for option in product.options.all()]
