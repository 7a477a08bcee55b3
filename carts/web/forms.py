"""Where to, for an estimate of delivery and tax."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from carts.selectors.carts import CartView
from carts.selectors.shipping import countries
from carts.services.destination import Destination
from shop.common.forms import RefusableForm


class DestinationForm(RefusableForm, forms.Form):
    """What was entered is judged by the service."""

    country = forms.CharField(label=_("Country"), widget=forms.Select)
    postcode = forms.CharField(label=_("Postcode"), required=False)
    shipping_method = forms.CharField(required=False)

    def __init__(self, data: Any = None, *, view: CartView) -> None:
        initial = {"country": view.country, "postcode": view.cart.postcode if view.cart else ""}
        super().__init__(data, initial=initial, auto_id="to-%s")
        select = self.fields["country"].widget
        assert isinstance(select, forms.Select)  # noqa: S101 - for the type checker
        select.choices = countries()

    def destination(self) -> Destination:
        """What was entered."""
        given = self.cleaned_data
        return Destination(
            country=given["country"],
            postcode=given["postcode"].strip(),
            shipping_method=given["shipping_method"] or None,
        )
