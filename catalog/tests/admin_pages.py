"""Filling in the admin's product pages as a browser would."""

from __future__ import annotations

from typing import Any

from django.test import Client

from catalog.models import Product

LIST, ADD = "/admin/catalog/product/", "/admin/catalog/product/add/"


def page_of(product: Product) -> str:
    return f"{LIST}{product.pk}/change/"


def filled(desk: Client, url: str, **changes: Any) -> dict[str, Any]:
    """What the page would send back as it stands, with `changes` (names with __ for -)."""
    context = desk.get(url).context
    data: dict[str, Any] = {}
    for form in [context["adminform"].form, *(f for s in context["inline_admin_formsets"] for f in s.formset.forms)]:
        for field in form:
            value = field.value()
            if value is not None and value is not False and not field.field.disabled and field.name != "file":
                data[field.html_name] = value
    for inline in context["inline_admin_formsets"]:
        data |= {field.html_name: field.value() for field in inline.formset.management_form}
    data |= {name.replace("__", "-"): value for name, value in changes.items()}
    return {name: value for name, value in data.items() if value is not None}


def said(response: Any) -> list[str]:
    """The messages of the page that was led to."""
    return [str(message) for message in response.context["messages"]]


def problems(response: Any) -> dict[str, list[str]]:
    """Errors of the page by field, with the number of the row for inlines."""
    found = {name: [str(e) for e in errors] for name, errors in response.context["adminform"].form.errors.items()}
    for inline in response.context["inline_admin_formsets"]:
        for index, form in enumerate(inline.formset.forms):
            found |= {f"{inline.formset.prefix}-{index}-{n}": [str(e) for e in es] for n, es in form.errors.items()}
    return found


def send(desk: Client, url: str, **changes: Any) -> Any:
    return desk.post(url, filled(desk, url, **changes), follow=True)
