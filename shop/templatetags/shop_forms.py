"""Form parts: used by components/field.html and components/errors.html."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import BaseForm, BoundField, CheckboxInput, RadioSelect
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def field_input(field: BoundField, **attrs: Any) -> SafeString:
    """The field's own widget with the shop's class; underscores in names become hyphens."""
    extra = {name.replace("_", "-"): value for name, value in attrs.items() if value not in (None, "")}
    if not isinstance(field.field.widget, CheckboxInput | RadioSelect):
        extra.setdefault("class", "input")
    return field.as_widget(attrs=extra)


@register.filter
def is_checkbox(field: BoundField) -> bool:
    return isinstance(field.field.widget, CheckboxInput)


@register.filter
def is_radio(field: BoundField) -> bool:
    return isinstance(field.field.widget, RadioSelect)


@register.filter
def error_links(form: BaseForm) -> list[dict[str, str]]:
    """Every message of a form with the id of the field it is about ("" for the form as a whole)."""
    return [
        {"id": _target(form, name), "text": str(message)}
        for name, messages in form.errors.items()
        for message in messages
    ]


def _target(form: BaseForm, name: str) -> str:
    """What a link to the field should focus: of radio buttons the first."""
    if name not in form.fields:
        return ""
    field = form[name]
    return f"{field.auto_id}_0" if is_radio(field) else field.id_for_label
