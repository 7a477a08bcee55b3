"""Lists of choices are the same letters that Django's own templates make of them."""

from __future__ import annotations

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from shop.form_renderer import FormRenderer

SHARP = '<b> & "c"'
GROUPED = [("", gettext_lazy("Country")), ("G & H", [(1, "one"), (2, mark_safe("<i>two</i>"))]), (3, "three")]


class OwnOption(forms.Select):
    option_template_name = "django/forms/widgets/input_option.html"


@pytest.mark.parametrize(
    "widget",
    [
        forms.Select(),
        forms.Select(choices=[("a", "A"), (SHARP, SHARP)]),
        forms.Select(choices=GROUPED, attrs={"class": "x y", "required": True, "disabled": False, "data-x": SHARP}),
        forms.Select(choices=[(None, "-"), (mark_safe("&"), 2.5)]),
        forms.SelectMultiple(choices=GROUPED),
        forms.NullBooleanSelect(),
        forms.RadioSelect(choices=GROUPED),
        OwnOption(choices=[("a", "A")]),
        forms.TextInput(attrs={"title": SHARP}),
    ],
    ids=lambda widget: type(widget).__name__,
)
@pytest.mark.parametrize("value", [None, "", "a", "1", 2, True, SHARP])
def test_what_django_would_write(widget: forms.Widget, value: object) -> None:
    expected = widget.render("a<name", value, {"id": "id_x"}, renderer=DjangoTemplates())
    assert widget.render("a<name", value, {"id": "id_x"}, renderer=FormRenderer()) == expected
    assert widget.render("a<name", value, {"id": "id_x"}) == expected


def test_every_form_is_drawn_by_it() -> None:
    assert isinstance(get_default_renderer(), FormRenderer)
