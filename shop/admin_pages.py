"""Pages of our own in the admin: one form, one service, and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from shop.common.errors import Message, ShopError
from shop.common.forms import add_refusal


@dataclass(frozen=True, kw_only=True)
class FormPage:
    """What stands around the form. `facts` are pairs of label and value shown above it."""

    title: Message
    button: Message
    back_url: str
    back_label: Message = ""
    intro: Message = ""
    facts: Sequence[tuple[Message, Any]] = ()


def show_form_page(
    model_admin: admin.ModelAdmin[Any],
    request: HttpRequest,
    *,
    form: forms.BaseForm,
    page: FormPage,
    submit: Callable[[dict[str, Any]], Message | None],
) -> HttpResponse:
    """Show `form`; when it was sent and is valid, call `submit` with its values and go back.

    `submit` calls a service's verb and returns the message that says what was done, or None when it
    has said so itself. What the service refuses is said at the form, which keeps what was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            done = submit(form.cleaned_data)
        except ShopError as refusal:
            add_refusal(form, refusal)
        else:
            if done is not None:
                messages.success(request, str(done))
            return HttpResponseRedirect(page.back_url)
    context = {**model_admin.admin_site.each_context(request), "opts": model_admin.opts, "form": form, "page": page}
    context |= {"title": page.title, "subtitle": None, "media": model_admin.media + form.media}
    return TemplateResponse(request, "admin/form_page.html", context)
