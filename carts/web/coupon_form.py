"""The field for a code, in the bag and before confirming."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from carts.selectors.carts import Shopper
from carts.services.coupons import LONGEST_CODE, apply_coupon
from shop.common.errors import ShopError
from shop.common.forms import RefusableForm


class CouponForm(RefusableForm, forms.Form):
    """Whether the code does anything the service says. `belongs_to` is the id of the form it is sent with."""

    code = forms.CharField(label=_("Code"), error_messages={"required": _("Please enter a code.")})

    def __init__(self, data: Any = None, *, belongs_to: str = "") -> None:
        super().__init__(data, auto_id="coupon-%s")
        attrs = {"autocomplete": "off", "autocapitalize": "characters", "maxlength": str(2 * LONGEST_CODE)}
        self.fields["code"].widget.attrs.update(attrs | ({"form": belongs_to} if belongs_to else {}))

    def refuse(self, error: ShopError) -> None:
        """Too many tries are said at the field as well."""
        error.field = "code"
        super().refuse(error)


def coupon_tried(request: HttpRequest, shopper: Shopper, *, belongs_to: str = "") -> CouponForm:
    """The form after its code was applied; with what was refused, and what was typed, where it was."""
    form = CouponForm(request.POST, belongs_to=belongs_to)
    form.attempt(lambda: apply_coupon(shopper=shopper, code=form.cleaned_data["code"]))
    return form
