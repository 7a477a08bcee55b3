"""The step after the password, for those who set one up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.selectors.factors import passkeys_of
from accounts.services.second_factor import check_second_factor
from accounts.web.forms import SecondStepForm
from accounts.web.guards import get_or_post, guests_only
from accounts.web.stages import stage_of
from shop.common.forms import render_form


@guests_only
@get_or_post
def second_step(request: HttpRequest) -> HttpResponse:
    stage = stage_of(request)
    user = stage.login.user if stage else None
    if stage is None or not isinstance(user, User):
        return redirect("accounts:login")
    form = SecondStepForm(request.POST if request.method == "POST" else None)
    form.attempt(lambda: check_second_factor(user=user, code=form.cleaned_data["code"]))
    if not form.is_valid():
        has_passkey = passkeys_of(user.pk).exists()
        return render_form(request, "accounts/second_step.html", form, has_passkey=has_passkey)
    response: HttpResponse = stage.exit()
    return response
