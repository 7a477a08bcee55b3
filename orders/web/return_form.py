"""What a customer wants to send back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from orders.models import OrderLine
from orders.services.return_order import returnable
from orders.services.transitions import LONGEST_TEXT
from shop.common.forms import RefusableForm

LINE = "line_"


class ReturnForm(RefusableForm, forms.Form):
    """A number of units for each line that arrived. The rules are the service's."""

    use_required_attribute = False

    def __init__(self, *args: Any, lines: Sequence[OrderLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for line in lines:
            most = returnable(line)
            label = f"{line.name}, {line.options_text}" if line.options else line.name
            choices = [(units, units) for units in range(most + 1)]
            self.fields[LINE + line.public_id] = forms.TypedChoiceField(label=label, choices=choices, coerce=int)
        self.fields["reason"] = forms.CharField(
            label=_("What is wrong with it?"),
            required=False,
            help_text=_("You need not say, but it helps us."),
            widget=forms.Textarea(attrs={"rows": 3, "maxlength": LONGEST_TEXT}),
        )

    def quantities(self) -> dict[str, int]:
        """Units by the line's public id."""
        return {name.removeprefix(LINE): units for name, units in self.cleaned_data.items() if name.startswith(LINE)}
