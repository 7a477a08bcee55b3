"""What a shopper types at checkout. The rules are place_order's; the form only gathers and shows."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.models import Address, User
from accounts.models.user import normalise_email
from accounts.services.postal import POSTAL_FIELDS, PostalInput
from carts.pricing.vat import tidy_vat_number
from carts.selectors.carts import Shopper
from orders.selectors.checkout import Destination
from orders.services.checkout import LONGEST_NOTE, Checkout, NotForSale
from orders.web.checkout_fields import Countries, TypedField, is_needed, postal_field
from shop.common.errors import InsufficientStock, InvalidInput, ShopError
from shop.common.forms import RefusableForm

NEW = "new"
DELIVERY, BILLING = "delivery_", "billing_"


class CheckoutForm(RefusableForm, forms.Form):
    """`address` is the public id of a saved address; anything else, as NEW, means the one that is typed."""

    use_required_attribute = False

    email = TypedField(label=_("E-mail"), widget=forms.EmailInput(attrs={"autocomplete": "email"}))
    address = forms.CharField(required=False)
    save_address = forms.BooleanField(label=_("Keep this address in my account"), required=False)
    other_billing = forms.BooleanField(label=_("Send the invoice to another address"), required=False)
    shipping_method = forms.CharField(required=False)
    payment_method = forms.CharField(required=False)
    note = TypedField(
        label=_("A note for us"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_NOTE}),
    )
    vat_number = TypedField(
        label=_("VAT number"),
        required=False,
        help_text=_("For businesses in other countries of the European Union."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": "20"}),
    )
    gift_card = TypedField(
        label=_("Gift card"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "maxlength": "40", "form": "checkout"}),
    )
    cart_id = forms.CharField(required=False)
    expected_total = forms.CharField(required=False)

    def __init__(
        self,
        *args: Any,
        user: User | None,
        saved: list[Address],
        reached: Countries,
        all_countries: Countries,
        **kw: Any,
    ) -> None:
        super().__init__(*args, **kw)
        self.user = user
        self.saved = {address.public_id: address for address in saved}
        if user is not None:
            del self.fields["email"]
        if not settings.SHOP_REVERSE_CHARGE:
            del self.fields["vat_number"]
        for name in POSTAL_FIELDS:
            self.fields[DELIVERY + name] = postal_field(name, section="shipping", countries=reached)
        for name in POSTAL_FIELDS:
            self.fields[BILLING + name] = postal_field(name, section="billing", countries=all_countries)
        for prefix in (DELIVERY, BILLING):
            country = self[prefix + "country"].value()
            for name in POSTAL_FIELDS:
                self.fields[prefix + name].required = is_needed(name, country=country)

    @property
    def delivery(self) -> dict[str, forms.BoundField]:
        """The fields of the delivery address by their plain names, for the template."""
        return {name: self[DELIVERY + name] for name in POSTAL_FIELDS}

    @property
    def billing(self) -> dict[str, forms.BoundField]:
        return {name: self[BILLING + name] for name in POSTAL_FIELDS}

    @property
    def saved_choice(self) -> Address | None:
        """The address of the book that is chosen; None where the typed one counts."""
        return self.saved.get(self["address"].value() or NEW)

    def destination(self) -> Destination:
        """Where it would go, as far as that is known yet."""
        saved, method = self.saved_choice, self["shipping_method"].value() or ""
        shown: dict[str, Any] = {name: self[DELIVERY + name].value() or "" for name in POSTAL_FIELDS}
        where = saved or PostalInput(**shown)
        return Destination(
            country=where.country.strip().upper()[:2],
            region=where.region.strip(),
            postcode=where.postcode.strip().upper(),
            shipping_method=method,
            vat_number=tidy_vat_number(self["vat_number"].value() or "") if "vat_number" in self.fields else "",
            email="" if self.user else normalise_email(self["email"].value() or ""),
        )

    def checkout(self, shopper: Shopper) -> Checkout:
        """The decisions, from a form that is valid."""
        given = self.cleaned_data
        saved = self.saved_choice
        return Checkout(
            shopper=shopper,
            cart_id=given["cart_id"],
            email=self.user.email if self.user else given["email"],
            delivery=PostalInput.of(saved) if saved else self._postal(DELIVERY),
            billing=self._postal(BILLING) if given["other_billing"] else None,
            shipping_method=given["shipping_method"],
            payment_method=given["payment_method"],
            note=given["note"],
            gift_card=given["gift_card"].strip(),
            vat_number=given.get("vat_number", ""),
            expected_total=amount_of(given["expected_total"]),
        )

    def address_to_keep(self) -> PostalInput | None:
        """The new address, when the customer wants it in their book."""
        wanted = self.user is not None and self.saved_choice is None and self.cleaned_data["save_address"]
        return self._postal(DELIVERY) if wanted else None

    def refuse(self, error: ShopError) -> None:
        """What is wrong with single lines is told beside the bag's lines, by the page."""
        if isinstance(error, InsufficientStock | NotForSale):
            self.refusal = error
            return
        if isinstance(error, InvalidInput):
            error.fields = {self._own_name(name): messages for name, messages in error.fields.items()}
        super().refuse(error)

    def _postal(self, prefix: str) -> PostalInput:
        return PostalInput(**{name: self.cleaned_data[prefix + name] for name in POSTAL_FIELDS})

    def _own_name(self, name: str) -> str:
        """ "delivery_address.city" → "delivery_city", or the choice of the saved address that has the fault."""
        if name.startswith("delivery_address.") and self.saved_choice is not None:
            return "address"
        return name.replace("delivery_address.", DELIVERY).replace("billing_address.", BILLING)


def amount_of(text: str) -> Decimal:
    """The sum that was shown; one that nobody can have been shown, where it is not a sum at all."""
    try:
        amount = Decimal(text)
    except InvalidOperation:
        return Decimal(-1)
    return amount if amount.is_finite() else Decimal(-1)


def typed(data: Mapping[str, Any]) -> dict[str, Any]:
    """What was typed so far, to be shown again without judging it."""
    return {name: str(value) for name, value in data.items() if name not in {"csrfmiddlewaretoken", "act"}}
