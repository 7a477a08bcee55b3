"""Signing in and out."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.models import User
from accounts.selectors.providers import active_providers
from accounts.services.sign_in import EmailNotVerified, check_sign_in
from accounts.web.ask_to_verify import ask_to_verify
from accounts.web.door import sign_in, wanted_next, where_next
from accounts.web.forms import SignInForm
from accounts.web.guards import get_or_post, secret
from accounts.web.providers import may_lead_away
from shop.common.forms import render_form
from shop.observability.client import client_address


@secret
@get_or_post
def login(request: HttpRequest) -> HttpResponse:
    """Signing in while signed in changes the person, so only looking at the page leads away."""
    if request.method != "POST" and request.user.is_authenticated:
        return HttpResponseRedirect(where_next(request))
    form = SignInForm(request.POST if request.method == "POST" else None)
    user = form.attempt(lambda: _check(request, form))
    if user:
        return sign_in(request, user, remember=form.cleaned_data["remember"], then=where_next(request))
    if isinstance(form.refusal, EmailNotVerified):
        return ask_to_verify(request, form.refusal.user)
    page = render_form(request, "accounts/login.html", form, next=wanted_next(request), providers=active_providers())
    return may_lead_away(request, page)


@never_cache
@get_or_post
def logout_page(request: HttpRequest) -> HttpResponse:
    """A link only asks: signing out is a POST."""
    if request.method != "POST" and request.user.is_authenticated:
        return render(request, "accounts/logout.html")
    if request.user.is_authenticated:
        logout(request)
        messages.success(request, _("You are signed out."))
    return redirect(settings.LOGOUT_REDIRECT_URL)


def _check(request: HttpRequest, form: SignInForm) -> User:
    return check_sign_in(
        identifier=form.cleaned_data["identifier"],
        password=form.cleaned_data["password"],
        client_address=client_address(request),
    )
