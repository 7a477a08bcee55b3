"""Fields of the admin's forms for delivery and tax."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carts.models import ShippingMethod, TaxClass, TaxRate, ZoneArea
from carts.selectors.shipping import EVERYWHERE
from shop.common.countries import country_choices

NOWHERE = ("", "---------")
DAY_NAMES = [
    ("0", _("Monday")),
    ("1", _("Tuesday")),
    ("2", _("Wednesday")),
    ("3", _("Thursday")),
    ("4", _("Friday")),
    ("5", _("Saturday")),
    ("6", _("Sunday")),
]


class DaysField(forms.MultipleChoiceField):
    """Days of the week, kept as "01234"."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=DAY_NAMES, widget=forms.CheckboxSelectMultiple, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        return list(value) if isinstance(value, str) else value

    def clean(self, value: Any) -> Any:
        return "".join(sorted(super().clean(value)))

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(list(initial or ""), data)


class ShippingMethodForm(forms.ModelForm[ShippingMethod]):
    weekdays = DaysField(label=_("days of dispatch"))
    tax_class = forms.ChoiceField(label=_("tax class"))

    class Meta:
        model = ShippingMethod
        fields = "__all__"  # noqa: DJ007 - the admin names them

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "tax_class", TaxClass.objects.values_list("code", "name"))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        least, most = cleaned.get("days_min"), cleaned.get("days_max")
        if least is not None and most is not None and most < least:
            self.add_error("days_max", _("This must not be less than the days it takes at least."))
        return cleaned


class ZoneAreaForm(forms.ModelForm[ZoneArea]):
    country = forms.ChoiceField(label=_("country"))

    class Meta:
        model = ZoneArea
        fields = ("country", "postcode_prefix")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "country", [NOWHERE, (EVERYWHERE, _("Everywhere else")), *country_choices()])

    def clean_postcode_prefix(self) -> str:
        return str(self.cleaned_data["postcode_prefix"]).replace(" ", "").upper()


class TaxRateForm(forms.ModelForm[TaxRate]):
    country = forms.ChoiceField(label=_("country"))

    class Meta:
        model = TaxRate
        fields = ("country", "region", "name", "percent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _offer(self, "country", [NOWHERE, *country_choices()])


def _offer(form: forms.BaseForm, name: str, choices: Iterable[tuple[str, Any]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker
    field.choices = list(choices)
