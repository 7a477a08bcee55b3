from django import forms
from django.utils.translation import gettext_lazy as _

from catalog.services.review_product import LONGEST_COMMENT, LONGEST_TITLE, ReviewText
from shop.common.forms import RefusableForm

RATINGS = [
    (5, _("5, I would buy it again")),
    (4, _("4, good")),
    (3, _("3, as expected")),
    (2, _("2, less than expected")),
    (1, _("1, not good")),
]


class ReviewForm(RefusableForm, forms.Form):
    rating = forms.TypedChoiceField(
        label=_("Stars"),
        choices=RATINGS,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one to five stars."), "invalid_choice": _("Choose one to five stars.")},
    )
    title = forms.CharField(label=_("In one line"), max_length=LONGEST_TITLE, required=False)
    comment = forms.CharField(
        label=_("What is it like?"),
        help_text=_("What you did with it, what surprised you, who it is for."),
        max_length=LONGEST_COMMENT,
        required=False,
        widget=forms.Textarea(attrs={"rows": 7}),
    )

    def review_text(self) -> ReviewText:
        return ReviewText(**self.cleaned_data)
