"""Form fields the catalogue's admin shares."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from treebeard.forms import TreeNodeChoiceField

from catalog.models import Category
from catalog.services.checks import MOST_UNITS, money_problem

if TYPE_CHECKING:
    ModelForm = forms.ModelForm[Any]
else:
    ModelForm = forms.ModelForm


class PriceField(forms.DecimalField):
    """An amount in the shop's currency, checked as the services check it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "size": 8}))
        super().__init__(**kwargs)

    def clean(self, value: Any) -> Any:
        amount = super().clean(value)
        if isinstance(amount, Decimal) and (problem := money_problem(amount)):
            raise ValidationError(str(problem))
        return amount


class UnitsField(forms.IntegerField):
    """A whole number of units, zero or more."""

    default_error_messages = {"invalid": _("Enter a whole number.")}

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "size": 5}))
        super().__init__(min_value=0, max_value=MOST_UNITS, **kwargs)


class PositionField(forms.IntegerField):
    """A place in a row, from 0; left blank it stays, or is the last."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Position"))
        kwargs.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric", "size": 3}))
        super().__init__(required=False, min_value=0, max_value=9999, **kwargs)


class CategoryField(TreeNodeChoiceField):
    """The whole tree, indented, in one query."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(queryset=Category.objects.order_by("path"), required=False, **kwargs)
