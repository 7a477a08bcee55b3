"""How widgets become HTML."""

from __future__ import annotations

import html
from typing import Any

from django.forms.renderers import DjangoTemplates
from django.http import HttpRequest
from django.utils.functional import Promise

SELECT = "django/forms/widgets/select.html"
OPTION = "django/forms/widgets/select_option.html"


class FormRenderer(DjangoTemplates):
    """Django's templates, but for long lists of choices.

    Django renders two templates an option: a list of all countries cost more than the rest of its page.
    """

    def render(self, template_name: str, context: dict[str, Any], request: HttpRequest | None = None) -> str:
        widget = context.get("widget", {})
        if template_name == SELECT and _is_plain(widget):
            return _select(widget)
        return super().render(template_name, context, request)


def _is_plain(widget: dict[str, Any]) -> bool:
    """Whether its options are Django's own, not drawn by a template of somebody's."""
    return all(option["template_name"] == OPTION for _, options, _ in widget["optgroups"] for option in options)


def _select(widget: dict[str, Any]) -> str:
    """Letter by letter what Django's template makes of it."""
    groups = "".join(_group(name, options) for name, options, _ in widget["optgroups"])
    name, attrs = _escaped(widget["name"]), _attributes(widget["attrs"])
    return f'<select name="{name}"{attrs}>{groups}\n</select>'


def _group(name: str | None, options: list[dict[str, Any]]) -> str:
    lines = "".join(f"\n  {_option(option)}\n" for option in options)
    return f'\n  <optgroup label="{_escaped(name)}">{lines}\n  </optgroup>' if name else lines


def _option(option: dict[str, Any]) -> str:
    value, attrs = _escaped(str(option["value"])), _attributes(option["attrs"])
    return f'<option value="{value}"{attrs}>{_escaped(option["label"])}</option>'


def _attributes(attrs: dict[str, Any]) -> str:
    return "".join(
        f" {_escaped(name)}" + ("" if value is True else f'="{_escaped(str(value))}"')
        for name, value in attrs.items()
        if value is not False
    )


def _escaped(value: Any) -> str:
    """What Django's conditional_escape makes, without asking of each of hundreds whether it is to be put off."""
    text = str(value) if isinstance(value, Promise) else value
    return str(text.__html__()) if hasattr(text, "__html__") else html.escape(str(text))
