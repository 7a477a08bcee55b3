"""Opening an account and confirming its address."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.selectors.providers import active_providers
from accounts.services.verify_email import resend_pending_code, send_verification_code, verify_email
from accounts.web.door import sign_in, wanted_next, where_next
from accounts.web.forms import CodeForm, RegisterForm
from accounts.web.guards import get_or_post, guests_only, secret
from accounts.web.join import join
from accounts.web.pending import VERIFY, Pending, forget_pending, get_pending, remember_mail, seconds_to_wait
from accounts.web.providers import may_lead_away
from shop.common.errors import TooManyRequests
from shop.common.forms import render_form


@guests_only
@get_or_post
def register(request: HttpRequest) -> HttpResponse:
    form = RegisterForm(request.POST if request.method == "POST" else None)
    joined = form.is_valid() and join(request, form, form.registration(), then=where_next(request))
    if joined:
        return joined
    context = {"next": wanted_next(request), "providers": active_providers()}
    return may_lead_away(request, render_form(request, "accounts/register.html", form, **context))


@secret
@get_or_post
def verify(request: HttpRequest) -> HttpResponse:
    """For people who are signed in, and for those who may not sign in before (mandatory verification)."""
    pending = _pending_of(request)
    if pending is None:
        return redirect("accounts:account")
    form = CodeForm(request.POST if request.method == "POST" else None)
    user = form.attempt(
        lambda: verify_email(email=pending.email, digits=form.cleaned_data["code"], browser=pending.browser)
    )
    if user is None:
        return render_form(
            request, "accounts/verify_email.html", form, sent_to=pending.email, wait=seconds_to_wait(request)
        )
    messages.success(request, _("Thank you, your address is confirmed."))
    if request.user.is_authenticated:
        return redirect("accounts:account")
    forget_pending(request, VERIFY)
    return sign_in(request, user, remember=False, then=pending.then)


@secret
@require_POST
def resend(request: HttpRequest) -> HttpResponse:
    pending = _pending_of(request)
    try:
        if pending and isinstance(request.user, User):
            send_verification_code(request.user)
        elif pending:
            resend_pending_code(email=pending.email, browser=pending.browser)
        remember_mail(request)
        messages.success(request, _("A new code is on its way."))
    except TooManyRequests as error:
        messages.error(request, str(error.message))
    return redirect("accounts:verify_email")


def _pending_of(request: HttpRequest) -> Pending | None:
    """The address this visitor is to confirm: their own, or the one they registered with."""
    if not isinstance(request.user, User):
        return get_pending(request, VERIFY)
    return None if request.user.is_verified else Pending(email=request.user.email, browser="")
