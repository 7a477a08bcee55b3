"""What staff fill in. The rules are the services'."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, cast

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from orders.models import Order, OrderLine, Return, Shipment
from orders.services.return_order import CameBack, returnable
from orders.services.transitions import LONGEST_TEXT
from shop.common.errors import Message
from shop.common.money import decimals, format_money

BY_MAIL = _("A new one: its code goes to the customer by mail, and what was paid stays where it is.")
LINE = "line_"
PARCEL = "parcel_"


class ShipForm(forms.Form):
    """A number of units for each line that is still open, and what stands on the label."""

    def __init__(self, *args: Any, lines: Sequence[OrderLine], carrier: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            self.fields[LINE + line.public_id] = _quantity_field(line)
        self.fields["carrier"] = _label_field("carrier", initial=carrier)
        self.fields["tracking_number"] = _label_field("tracking_number")
        self.fields["tracking_url"] = forms.URLField(
            label=_("Tracking page"), required=False, max_length=500, assume_scheme="https"
        )

    def quantities(self) -> dict[str, int]:
        """Units by the line's public id."""
        return {name.removeprefix(LINE): value for name, value in self.cleaned_data.items() if name.startswith(LINE)}

    def labels(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("carrier", "tracking_number", "tracking_url")}


class ShipManyForm(forms.Form):
    """One parcel an order, each with its tracking number."""

    def __init__(self, *args: Any, orders: Sequence[Order], carrier: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["carrier"] = _label_field("carrier", initial=carrier)
        for order in orders:
            self.fields[f"{PARCEL}{order.pk}"] = _label_field(
                "tracking_number",
                label=_("Tracking number for %(number)s") % {"number": order.number},
                help_text="; ".join(str(line) for line in order.lines.all() if line.open_quantity),
            )

    def tracking_number(self, order: Order) -> str:
        number: str = self.cleaned_data[f"{PARCEL}{order.pk}"]
        return number


class CancelForm(forms.Form):
    why = forms.CharField(
        label=_("Reason"),
        max_length=LONGEST_TEXT,
        help_text=_("For the timeline. The customer does not see it."),
        widget=forms.Textarea(attrs={"rows": 2, "cols": 60}),
    )


class RefundForm(forms.Form):
    amount = forms.DecimalField(label=_("Amount"), max_digits=14)
    why = forms.CharField(
        label=_("Reason"), max_length=200, widget=forms.TextInput(attrs={"size": 60, "class": "vTextField"})
    )
    to_gift_card = forms.BooleanField(label=_("As a gift card"), required=False, help_text=BY_MAIL)

    def __init__(self, *args: Any, most: Decimal, shipping: Decimal, currency: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["shipping"] = _shipping_field(_("Of it for the delivery"), most=shipping, currency=currency)
        self.fields["shipping"].required = False
        self.order_fields(["amount", "shipping"])
        amount = self.fields["amount"]
        amount.initial = most
        amount.help_text = _("At most %(most)s.") % {"most": format_money(most, currency)}
        amount.widget.attrs["step"] = str(Decimal(1).scaleb(-decimals(currency)))


class ReturnForm(forms.Form):
    """A number of units for each line of which something can come back, and what becomes of them."""

    def __init__(
        self,
        *args: Any,
        lines: Sequence[OrderLine],
        shipping: Decimal,
        currency: str,
        asked: Return | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        wanted = {part.line_id: part.quantity for part in asked.lines.all()} if asked else {}
        for line in lines:
            field = _quantity_field(line)
            field.max_value, field.initial = returnable(line), min(wanted.get(line.pk, 0), returnable(line))
            field.validators = [MinValueValidator(0), MaxValueValidator(returnable(line))]
            field.widget.attrs["max"] = returnable(line)
            field.help_text = _("%(sku)s: %(most)d can come back") % {"sku": line.sku, "most": returnable(line)}
            self.fields[LINE + line.public_id] = field
        self.fields["restock"] = forms.BooleanField(label=_("Put it back on the shelf"), required=False, initial=True)
        self.fields["refunds"] = forms.BooleanField(
            label=_("Pay back what was paid for it"), required=False, initial=True
        )
        self.fields["to_gift_card"] = forms.BooleanField(label=_("As a gift card"), required=False, help_text=BY_MAIL)
        self.fields["shipping"] = _shipping_field(_("Of the shipping, pay back"), most=shipping, currency=currency)
        said = " ".join(asked.reason.split())[:200] if asked else ""
        self.fields["why"] = forms.CharField(label=_("Reason"), max_length=200, initial=said)

    def lines(self) -> dict[str, CameBack]:
        """What came back, by the line's public id."""
        restock = self.cleaned_data["restock"]
        given = {name.removeprefix(LINE): value for name, value in self.cleaned_data.items() if name.startswith(LINE)}
        return {public_id: CameBack(quantity=units, restock=restock) for public_id, units in given.items() if units}


class RejectForm(forms.Form):
    answer = forms.CharField(
        label=_("Why"),
        max_length=LONGEST_TEXT,
        help_text=_("The customer reads it."),
        widget=forms.Textarea(attrs={"rows": 3, "cols": 60}),
    )


class NoteForm(forms.Form):
    text = forms.CharField(
        label=_("Note"), max_length=LONGEST_TEXT, widget=forms.Textarea(attrs={"rows": 3, "cols": 40})
    )
    is_public = forms.BooleanField(label=_("Show it to the customer"), required=False)


def _quantity_field(line: OrderLine) -> forms.IntegerField:
    options = ", ".join(line.options.values())
    return forms.IntegerField(
        label=f"{line.name}, {options}" if options else line.name,
        help_text=_("%(sku)s: %(open)d of %(all)d still to be sent")
        % {"sku": line.sku, "open": line.open_quantity, "all": line.quantity},
        min_value=0,
        max_value=line.open_quantity,
        initial=line.open_quantity,
    )


def _shipping_field(label: Message, *, most: Decimal, currency: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=str(label),
        max_digits=14,
        decimal_places=decimals(currency),
        min_value=0,
        max_value=most,
        initial=0,
        help_text=_("At most %(most)s.") % {"most": format_money(most, currency)},
    )


def _label_field(name: str, **wishes: Any) -> forms.CharField:
    column = cast("models.CharField[str, str]", Shipment._meta.get_field(name))
    label = str(column.verbose_name).capitalize()
    return forms.CharField(
        **{"label": label, "required": False, "max_length": column.max_length, **wishes},
        widget=forms.TextInput(attrs={"class": "vTextField"}),
    )
