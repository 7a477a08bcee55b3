"""Forms of variants: their options as plain text fields, prices and stock checked where they are typed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from django import forms
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from catalog.admin.fields import ModelForm, PositionField, PriceField, UnitsField
from catalog.models import Stock, Variant
from catalog.selectors.variants import options_of
from catalog.services.inputs import VariantFields

OPTIONS_SHOWN = 3
STOCK_RULES = ("tracked", "allow_backorder", "low_at")


class StockText(forms.Widget):
    """What is there instead of a field: the counters, and the way to change them."""

    def __init__(self, stock: Stock) -> None:
        super().__init__()
        self.stock = stock

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        return stock_text(self.stock)


class VariantForm(ModelForm):
    """`option_0` … hold the values of the product's options; `options_of_product` are their names.

    New variants take their first stock; that of others is changed on the stock's own page.
    """

    options_of_product: Sequence[str] = ()

    price = PriceField(label=_("Price"))
    compare_at_price = PriceField(label=_("Price before"), required=False)
    sku = forms.CharField(
        label=_("SKU"),
        required=False,
        max_length=64,
        widget=forms.TextInput(attrs={"size": 18}),
        help_text=_("Left blank, one is made."),
    )
    position = PositionField()
    stock_quantity = UnitsField(label=_("Stock"), required=False)
    archive = forms.BooleanField(label=_("Archive"), required=False)

    class Meta:
        model = Variant
        fields = (
            "sku",
            "barcode",
            "price",
            "compare_at_price",
            "weight_grams",
            "unit_amount",
            "unit_measure",
            "requires_shipping",
            "position",
            "is_active",
            "image",
        )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self._show(self.instance)
        else:
            self.fields["archive"].disabled = True
            self.initial["position"] = None

    def _show(self, variant: Variant) -> None:
        chosen = options_of(variant)
        for index, name in enumerate(self.options_of_product):
            self.initial.setdefault(f"option_{index}", chosen.get(name, ""))
        shown = forms.Field(label=_("Stock"), required=False, disabled=True, widget=StockText(variant.stock))
        self.fields["stock_quantity"] = shown

    def options(self, columns: Sequence[str]) -> dict[str, str]:
        """The combination; `columns` are the names of `option_0` …, "" for one the product has no more."""
        values = [(name, self.cleaned_data.get(f"option_{index}", "")) for index, name in enumerate(columns)]
        return {name: value for name, value in values if name and value}

    def variant_fields(self) -> VariantFields:
        """What was typed, as the services take it; without the combination."""
        data = {key: value for key, value in self.cleaned_data.items() if key in VariantFields.__annotations__}
        if "image" in self.cleaned_data:
            data["image_id"] = self.cleaned_data["image"].pk if self.cleaned_data["image"] else None
        if self.instance.pk or data.get("stock_quantity") is None:
            data.pop("stock_quantity", None)
        for name in ("sku", "position"):
            if data.get(name) in ("", None):
                data.pop(name, None)
        return cast("VariantFields", data)


class VariantPageForm(VariantForm):
    """Everything about one variant."""

    cost = PriceField(label=_("Cost"), required=False)
    tracked = forms.BooleanField(label=_("Stock is counted"), required=False)
    allow_backorder = forms.BooleanField(label=_("May be ordered when sold out"), required=False)
    low_at = UnitsField(
        label=_("Low from"), required=False, help_text=_("Units from which on it counts as low; blank for the usual.")
    )

    def _show(self, variant: Variant) -> None:
        super()._show(variant)
        for rule in STOCK_RULES:
            self.initial.setdefault(rule, getattr(variant.stock, rule))
        self.fields["image"].queryset = variant.product.images.all()  # type: ignore[attr-defined]


def form_with_options(base: type[VariantForm], names: Sequence[str], *, columns: int) -> type[VariantForm]:
    """`base` with a field for each option, labelled with its name, and empty ones up to `columns`."""
    labels = [*names, *(_("Option %(number)d") % {"number": n + 1} for n in range(len(names), columns))]
    fields: dict[str, Any] = {
        f"option_{index}": forms.CharField(
            label=label, required=False, max_length=120, widget=forms.TextInput(attrs={"size": 10})
        )
        for index, label in enumerate(labels)
    }
    return type(base.__name__, (base,), {**fields, "options_of_product": tuple(names)})


def option_fields(columns: int) -> tuple[str, ...]:
    return tuple(f"option_{index}" for index in range(columns))


def stock_text(stock: Stock) -> SafeString:
    """ "5, 2 held, 1 ordered" and a link to the page that changes it."""
    parts = [str(stock.on_hand)]
    if stock.held:
        parts.append(str(_("%(count)d held") % {"count": stock.held}))
    if stock.committed:
        parts.append(str(_("%(count)d ordered") % {"count": stock.committed}))
    if not stock.tracked:
        parts.append(str(_("not counted")))
    url = reverse("admin:catalog_stock_adjust", args=[stock.pk])
    return format_html('{} · <a href="{}">{}</a>', ", ".join(parts), url, _("Adjust"))
