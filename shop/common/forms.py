"""Forms whose rules are the services': the form gathers text, the service judges, the page shows both."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.forms import BaseForm, Field
from django.forms.utils import pretty_name
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from shop.common.errors import InvalidInput, ShopError, TooManyRequests

T = TypeVar("T")


class RefusableForm(BaseForm):
    """Mix into a form: shows a service's refusal beside the fields it is about, with what was typed kept."""

    refusal: ShopError | None = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages.get("required") == Field.default_error_messages["required"]:
                label = field.label or pretty_name(name)
                field.error_messages["required"] = format_lazy(_("{label}: please fill this in."), label=label)

    def attempt(self, verb: Callable[[], T]) -> T | None:
        """What `verb` answers; None when the form is invalid already, or when it refuses by a ShopError."""
        if not self.is_valid():
            return None
        try:
            return verb()
        except ShopError as error:
            self.refuse(error)
            return None

    def refuse(self, error: ShopError) -> None:
        self.refusal = error
        add_refusal(self, error)


def add_refusal(form: BaseForm, refusal: ShopError) -> None:
    """Put a service's message at the field it names, or above the form."""
    named = refusal.fields if isinstance(refusal, InvalidInput) else {}
    for field, said in (named or {refusal.field: [refusal.message]}).items():
        for message in said:
            form.add_error(field if field in form.fields else None, str(message))


def render_form(request: HttpRequest, template: str, form: RefusableForm, **context: Any) -> HttpResponse:
    """The page with its form: 429 with Retry-After after too many tries, 200 otherwise."""
    response = render(request, template, {**context, "form": form})
    if isinstance(form.refusal, TooManyRequests):
        response.status_code = form.refusal.status
        response.headers["Retry-After"] = str(form.refusal.retry_after)
    return response
