"""How one signs in beside the password, and where one is signed in."""

from __future__ import annotations

import base64

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.browser import keep_session
from accounts.selectors.factors import SECOND, app_of, factors_of, passkeys_of, recovery_codes_left
from accounts.selectors.providers import active_providers, connections_of
from accounts.selectors.sessions import api_sign_ins_of, sessions_of
from accounts.services.factors import add_app, check_first_code, new_app_secret, remove_factor, renew_recovery_codes
from accounts.services.present import check_presence, send_presence_code
from accounts.services.sessions import end_api_sign_in, end_session, sign_out_everywhere
from accounts.web.added import show_added
from accounts.web.door import wanted_next
from accounts.web.forms import AppForm, PresentPasswordForm
from accounts.web.guards import SignedInRequest, get_or_post, missing_is_404, private
from shop.common.errors import TooManyRequests
from shop.common.forms import render_form

APP_SECRET = "accounts.app_secret"  # noqa: S105 - the session's key for it, where it stands encrypted


@private
@require_safe
def security(request: SignedInRequest) -> HttpResponse:
    connections = connections_of(request.user.pk)
    context = {
        "app": app_of(request.user.pk),
        "connections": connections,
        "providers": [one for one in active_providers() if one not in {provider for provider, _row in connections}],
        "passkeys": passkeys_of(request.user.pk),
        "codes_left": recovery_codes_left(request.user.pk),
        "sessions": sessions_of(request.user.pk),
        "this_session": request.session.session_key,
        "api_sign_ins": api_sign_ins_of(request.user),
    }
    return render(request, "accounts/security.html", context)


@private
@get_or_post
def add_app_page(request: SignedInRequest) -> HttpResponse:
    if app_of(request.user.pk):
        return redirect("accounts:security")
    form = AppForm(request.POST if request.method == "POST" else None, user=request.user)
    secret = _secret(request)
    codes = form.attempt(lambda: _add_app(request, form, secret))
    if codes is None:
        context = {"secret": _in_groups(secret), "picture": _picture(request, secret)}
        return render_form(request, "accounts/security_app.html", form, **context)
    request.session.pop(APP_SECRET, None)
    return show_added(request, _("Your authenticator app is set up."), codes=codes)


@private
@get_or_post
@missing_is_404
def remove(request: SignedInRequest, factor_id: int) -> HttpResponse:
    factor = factors_of(request.user.pk).filter(pk=factor_id, type__in=SECOND).first()
    if factor is None:
        return redirect("accounts:security")
    form = PresentPasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    form.attempt(lambda: _remove(request, form, factor_id))
    if not form.is_valid():
        return render_form(request, "accounts/security_remove.html", form, factor=factor)
    messages.success(request, _("It is removed."))
    return redirect("accounts:security")


@private
@get_or_post
@missing_is_404
def renew_codes(request: SignedInRequest) -> HttpResponse:
    form = PresentPasswordForm(request.POST if request.method == "POST" else None, user=request.user)
    codes = form.attempt(lambda: _renew(request, form))
    if codes is None:
        return render_form(request, "accounts/security_renew.html", form)
    return render(request, "accounts/recovery_codes.html", {"codes": codes})


@private
@require_POST
def send_proof(request: SignedInRequest) -> HttpResponse:
    """A code for those who have no password to give."""
    try:
        send_presence_code(request.user)
        messages.success(request, _("A code is on its way to you."))
    except TooManyRequests as error:
        messages.error(request, str(error.message))
    return redirect(wanted_next(request) or "accounts:security")


@private
@require_POST
@missing_is_404
def end_one(request: SignedInRequest, session_id: int) -> HttpResponse:
    end_session(user=request.user, session_id=session_id)
    messages.success(request, _("That browser is signed out."))
    return redirect("accounts:security")


@private
@require_POST
@missing_is_404
def end_one_by_api(request: SignedInRequest, public_id: str) -> HttpResponse:
    end_api_sign_in(user=request.user, public_id=public_id)
    messages.success(request, _("That program is signed out."))
    return redirect("accounts:security")


@private
@require_POST
def end_others(request: SignedInRequest) -> HttpResponse:
    keep_session(request, sign_out_everywhere(user=request.user))
    messages.success(request, _("Everywhere but here you are signed out."))
    return redirect("accounts:security")


def _add_app(request: SignedInRequest, form: AppForm, secret: str) -> list[str]:
    check_first_code(secret, form.cleaned_data["code"])
    check_presence(request.user, form.cleaned_data["current_password"])
    return add_app(user=request.user, secret=secret, code=form.cleaned_data["code"])


def _remove(request: SignedInRequest, form: PresentPasswordForm, factor_id: int) -> None:
    check_presence(request.user, form.cleaned_data["current_password"])
    remove_factor(user=request.user, factor_id=factor_id)


def _renew(request: SignedInRequest, form: PresentPasswordForm) -> list[str]:
    check_presence(request.user, form.cleaned_data["current_password"])
    return renew_recovery_codes(user=request.user)


def _secret(request: SignedInRequest) -> str:
    """The same until it is used, so that a typing error costs no second scan."""
    stored = request.session.get(APP_SECRET)
    if stored:
        return str(get_adapter().decrypt(stored))
    secret = new_app_secret()
    request.session[APP_SECRET] = get_adapter().encrypt(secret)
    return secret


def _picture(request: SignedInRequest, secret: str) -> str:
    """A QR code as an image of its own, since the page allows no inline styles."""
    adapter = get_adapter()
    svg = adapter.build_totp_svg(adapter.build_totp_url(request.user, secret))
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"


def _in_groups(secret: str) -> str:
    return " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
