"""Another address: asked for with the password, proved by the code sent there."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.browser import keep_session
from accounts.services.change_email import EmailChange, confirm_email_change, repeat_email_change, request_email_change
from accounts.web.forms import CodeForm, EmailForm
from accounts.web.guards import SignedInRequest, get_or_post, private
from accounts.web.pending import (
    CHANGE,
    forget_pending,
    get_pending,
    new_pending,
    remember_mail,
    remember_pending,
    seconds_to_wait,
)
from shop.common.errors import TooManyRequests
from shop.common.forms import render_form


@private
@get_or_post
def change(request: SignedInRequest) -> HttpResponse:
    form = EmailForm(request.POST if request.method == "POST" else None, user=request.user)
    pending = new_pending(request.POST.get("new_email", ""))
    form.attempt(
        lambda: request_email_change(
            user=request.user, change=EmailChange(**form.cleaned_data, browser=pending.browser)
        )
    )
    if not form.is_valid():
        return render_form(request, "accounts/email.html", form)
    remember_pending(request, CHANGE, pending)
    return redirect("accounts:email_code")


@private
@get_or_post
def confirm(request: SignedInRequest) -> HttpResponse:
    pending = get_pending(request, CHANGE)
    if pending is None:
        return redirect("accounts:email")
    form = CodeForm(request.POST if request.method == "POST" else None)
    user = form.attempt(
        lambda: confirm_email_change(email=pending.email, digits=form.cleaned_data["code"], browser=pending.browser)
    )
    if user is None:
        wait = seconds_to_wait(request)
        return render_form(request, "accounts/email_code.html", form, sent_to=pending.email, wait=wait)
    forget_pending(request, CHANGE)
    keep_session(request, user)
    messages.success(request, _("Your address is changed. Everywhere else you are signed out."))
    return redirect("accounts:account")


@private
@require_POST
def resend(request: SignedInRequest) -> HttpResponse:
    """Another code to the address that was asked for with the password."""
    pending = get_pending(request, CHANGE)
    if pending is None:
        return redirect("accounts:email")
    try:
        repeat_email_change(user=request.user, email=pending.email, browser=pending.browser)
        remember_mail(request)
        messages.success(request, _("A new code is on its way."))
    except TooManyRequests as error:
        messages.error(request, str(error.message))
    return redirect("accounts:email_code")
