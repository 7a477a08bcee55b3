"""The account's overview, profile and password."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.forms import model_to_dict
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.browser import keep_session
from accounts.selectors.addresses import addresses_of
from accounts.selectors.factors import has_second_factor
from accounts.services.change_password import change_password
from accounts.services.update_profile import Profile, update_profile
from accounts.web.forms import PasswordForm, ProfileForm
from accounts.web.guards import SignedInRequest, get_or_post, private
from shop.common.forms import render_form


@private
@require_safe
def account(request: SignedInRequest) -> HttpResponse:
    context = {
        "address": addresses_of(request.user.pk).first(),
        "asks_to_verify": settings.SHOP_EMAIL_VERIFICATION != "off",
        "has_second_factor": has_second_factor(request.user),
    }
    return render(request, "accounts/account.html", context)


@private
@get_or_post
def profile(request: SignedInRequest) -> HttpResponse:
    known = model_to_dict(request.user, fields=ProfileForm.Meta.fields)
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=known)
    if form.attempt(lambda: update_profile(user_id=request.user.pk, profile=_typed(form, known))):
        messages.success(request, _("Your profile is saved."))
        return redirect("accounts:profile")
    return render_form(request, "accounts/profile.html", form)


@private
@get_or_post
def password(request: SignedInRequest) -> HttpResponse:
    form = PasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    user = form.attempt(lambda: change_password(user=request.user, **form.cleaned_data))
    if user is None:
        return render_form(request, "accounts/password.html", form)
    keep_session(request, user)
    messages.success(request, _("Your password is changed. Everywhere else you are signed out."))
    return redirect("accounts:account")


def _typed(form: ProfileForm, known: dict[str, Any]) -> Profile:
    """What is not asked for stays as it is."""
    return Profile(**{name: value or "" for name, value in (known | form.cleaned_data).items()})
