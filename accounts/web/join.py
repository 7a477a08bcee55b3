"""Opening an account from a page: at the door, or after an order that a guest placed."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.services.register import Registration, register_user
from accounts.services.verify_email import must_verify
from accounts.web.door import sign_in
from accounts.web.pending import VERIFY, new_pending, remember_mail, remember_pending
from shop.common.forms import RefusableForm
from shop.observability.client import client_address


def join(request: HttpRequest, form: RefusableForm, registration: Registration, *, then: str) -> HttpResponse | None:
    """Register and sign in, or ask for the code first where that is mandatory; None when the form says why not."""
    pending = new_pending(registration.email, then=then)
    bound = replace(registration, browser=pending.browser if must_verify() else "")
    user = form.attempt(lambda: register_user(bound, client_address=client_address(request)))
    if form.is_valid() and must_verify():
        remember_pending(request, VERIFY, pending)
        return redirect("accounts:verify_email")
    if user is None:
        return None
    remember_mail(request)
    return sign_in(request, user, remember=False, then=then)
