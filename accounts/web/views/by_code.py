"""Signing in by a code from the mail: ask for it, then type it. What is said is the same for every address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.services.sign_in_by_code import request_sign_in_code, sign_in_by_code
from accounts.web.door import sign_in, wanted_next, where_next
from accounts.web.forms import ForgotPasswordForm, SignInCodeForm
from accounts.web.guards import get_or_post, guests_only
from accounts.web.pending import (
    SIGN_IN,
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
def ask(request: HttpRequest) -> HttpResponse:
    form = ForgotPasswordForm(request.POST if request.method == "POST" else None)
    pending = new_pending(request.POST.get("email", ""), then=where_next(request))
    form.attempt(lambda: request_sign_in_code(email=pending.email, browser=pending.browser))
    if not form.is_valid():
        return render_form(request, "accounts/sign_in_code.html", form, next=wanted_next(request))
    remember_pending(request, SIGN_IN, pending)
    return redirect("accounts:sign_in_code_check")


@guests_only
@get_or_post
def check(request: HttpRequest) -> HttpResponse:
    pending = get_pending(request, SIGN_IN)
    if pending is None:
        return redirect("accounts:sign_in_code")
    form = SignInCodeForm(request.POST if request.method == "POST" else None)
    user = form.attempt(lambda: _check(pending, form))
    if user is None:
        context = {"email": pending.email, "next": pending.then, "wait": seconds_to_wait(request)}
        return render_form(request, "accounts/sign_in_code_check.html", form, **context)
    forget_pending(request, SIGN_IN)
    return sign_in(request, user, remember=form.cleaned_data["remember"], then=pending.then)


def _check(pending: Pending, form: SignInCodeForm) -> User:
    return sign_in_by_code(email=pending.email, digits=form.cleaned_data["code"], browser=pending.browser)
