"""What the API's description says of a view's methods, for the pages that show them in a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:  # DRF's views read settings that name this module
    from drf_spectacular.openapi import AutoSchema
    from rest_framework.views import APIView

METHODS = ("get", "post", "put", "patch", "delete")


def view_name(view: APIView) -> str:
    """What its first method does: "My orders"."""
    operation = next((found for name in METHODS if (found := operation_of(view, name))), None)
    return str(operation.get_summary()) if operation else type(view).__name__


def view_description(view: APIView, html: bool = False) -> str:
    """What else there is to know of its first method."""
    handler = next((getattr(view, name) for name in METHODS if hasattr(view, name)), None)
    said = " ".join((handler.__doc__ or "").split()) if handler else ""
    return _shown(said) if html and said else said


def _shown(said: str) -> str:
    """As a page shows it: of Markdown, what the descriptions use."""
    parts = (("<code>{}</code>" if number % 2 else "{}", part) for number, part in enumerate(said.split("`")))
    return format_html("<p>{}</p>", format_html_join("", "{}", ((format_html(how, part),) for how, part in parts)))


def example_of(view: APIView, method: str) -> Any:
    """A body that the method takes; None where none is described."""
    operation = operation_of(view, method)
    given = [example.value for example in operation.get_examples() if example.request_only] if operation else []
    return given[0] if given else None


def operation_of(view: APIView, method: str) -> AutoSchema | None:
    """What `extend_schema` says of the method; None where the view has no such method."""
    described = getattr(getattr(view, method.lower(), None), "kwargs", {}).get("schema")
    if described is None:
        return None
    if not hasattr(view, "request"):
        view.setup(None)  # type: ignore[arg-type]  # for a page's trail DRF makes views that answer nothing
    operation: AutoSchema = described()
    operation.view, operation.method = view, method.upper()
    return operation
