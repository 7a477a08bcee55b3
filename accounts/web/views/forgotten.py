"""A forgotten password: ask for a code, then set a new one. What is said is the same for every address."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.services.reset_password import request_reset, reset_password
from accounts.web.forms import ForgotPasswordForm, ResetPasswordForm
from accounts.web.guards import get_or_post, guests_only
from accounts.web.pending import (
    RESET,
    Pending,
    forget_pending,
    get_pending,
    new_pending,
    remember_pending,
    seconds_to_wait,
)
from shop.common.forms import render_form


@guests_only
@get_or_post
def forgot_password(request: HttpRequest) -> HttpResponse:
    form = ForgotPasswordForm(request.POST if request.method == "POST" else None)
    pending = new_pending(request.POST.get("email", ""))
    form.attempt(lambda: request_reset(email=pending.email, browser=pending.browser))
    if not form.is_valid():
        return render_form(request, "accounts/forgot_password.html", form)
    remember_pending(request, RESET, pending)
    return redirect("accounts:reset_password")


@guests_only
@get_or_post
def reset(request: HttpRequest) -> HttpResponse:
    pending = get_pending(request, RESET)
    if pending is None:
        return redirect("accounts:forgot_password")
    form = ResetPasswordForm(request.POST if request.method == "POST" else None)
    form.attempt(lambda: _reset(pending, form))
    if not form.is_valid():
        wait = seconds_to_wait(request)
        return render_form(request, "accounts/reset_password.html", form, email=pending.email, wait=wait)
    forget_pending(request, RESET)
    messages.success(request, _("Your password is changed. Sign in with it."))
    return redirect("accounts:login")


def _reset(pending: Pending, form: ResetPasswordForm) -> None:
    reset_password(
        email=pending.email,
        browser=pending.browser,
        digits=form.cleaned_data["code"],
        new_password=form.cleaned_data["new_password"],
    )
