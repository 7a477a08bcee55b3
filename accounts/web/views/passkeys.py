"""Passkeys: at the door, as the second step, and on the security page. A script speaks with the browser."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from accounts.selectors.factors import passkeys_of
from accounts.services.passkeys import (
    WrongPasskey,
    add_passkey,
    begin_passkey,
    begin_second_step,
    begin_sign_in,
    check_passkey,
    rename_passkey,
    sign_in_by_passkey,
)
from accounts.services.present import check_presence
from accounts.services.sign_in import EmailNotVerified
from accounts.web.added import show_added
from accounts.web.ask_to_verify import ask_to_verify
from accounts.web.door import sign_in, where_next
from accounts.web.forms import PasskeyForm, PasskeyNameForm
from accounts.web.guards import SignedInRequest, get_or_post, guests_only, missing_is_404, private, secret
from accounts.web.passkeys import Answer, answer_of, ask, asked_at, refused, site_of
from accounts.web.stages import stage_of
from shop.common.errors import InvalidInput, NotFound, TooManyRequests
from shop.common.forms import render_form
from shop.observability.client import client_address

ADD, SIGN_IN, SECOND = "add", "sign-in", "second-step"


@guests_only
@require_POST
def ask_to_sign_in(request: HttpRequest) -> HttpResponse:
    return ask(request, SIGN_IN, begin_sign_in(site=site_of(request)))


@secret
@require_POST
def sign_in_page(request: HttpRequest) -> HttpResponse:
    then = where_next(request)
    try:
        user = _who(request, answer_of(request, SIGN_IN))
    except InvalidInput as error:
        messages.error(request, str(error.message))
        return redirect("accounts:login")
    except EmailNotVerified as error:
        return ask_to_verify(request, error.user)
    return sign_in(request, user, remember="remember" in request.POST, then=then, both_steps=True)


@guests_only
@require_POST
@missing_is_404
def ask_second_step(request: HttpRequest) -> HttpResponse:
    stage = stage_of(request)
    if stage is None or not isinstance(stage.login.user, User):
        raise NotFound
    return ask(request, SECOND, begin_second_step(user=stage.login.user, site=site_of(request)))


@guests_only
@require_POST
def second_step(request: HttpRequest) -> HttpResponse:
    stage = stage_of(request)
    if stage is None or not isinstance(stage.login.user, User):
        return redirect("accounts:login")
    try:
        _check(request, stage.login.user, answer_of(request, SECOND))
    except InvalidInput as error:
        messages.error(request, str(error.message))
        return redirect("accounts:second_step")
    response: HttpResponse = stage.exit()
    return response


@private
@require_POST
def ask_to_add(request: SignedInRequest) -> HttpResponse:
    """The proof is asked for before the browser makes anything, and is good for some minutes of tries."""
    since = asked_at(request, ADD)
    try:
        if not since:
            check_presence(request.user, request.POST.get("current_password", ""))
    except (InvalidInput, TooManyRequests) as error:
        return refused(error)
    return ask(request, ADD, begin_passkey(user=request.user, site=site_of(request)), since=since)


@private
@get_or_post
def add(request: SignedInRequest) -> HttpResponse:
    form = PasskeyForm(request.POST if request.method == "POST" else None, user=request.user)
    codes = form.attempt(lambda: _add(request, form)) if request.method == "POST" else None
    if codes is None:
        return render_form(request, "accounts/passkey_add.html", form)
    return show_added(request, _("Your passkey is set up."), codes=codes)


@private
@get_or_post
@missing_is_404
def rename(request: SignedInRequest, factor_id: int) -> HttpResponse:
    passkey = passkeys_of(request.user.pk).filter(pk=factor_id).first()
    if passkey is None:
        raise NotFound
    known = {"name": passkey.data["name"]}
    form = PasskeyNameForm(request.POST if request.method == "POST" else None, initial=known)
    form.attempt(lambda: rename_passkey(user=request.user, factor_id=factor_id, **form.cleaned_data))
    if not form.is_valid():
        return render_form(request, "accounts/passkey_rename.html", form)
    messages.success(request, _("The name is saved."))
    return redirect("accounts:security")


def _who(request: HttpRequest, answer: Answer | None) -> User:
    if answer is None:
        raise WrongPasskey
    return sign_in_by_passkey(
        site=site_of(request),
        state=answer.state,
        answer=answer.credential,
        client_address=client_address(request),
    )


def _check(request: HttpRequest, user: User, answer: Answer | None) -> None:
    if answer is None:
        raise WrongPasskey
    check_passkey(user=user, site=site_of(request), state=answer.state, answer=answer.credential)


def _add(request: SignedInRequest, form: PasskeyForm) -> list[str]:
    answer = answer_of(request, ADD)
    if answer is None:
        raise WrongPasskey
    name = form.cleaned_data["name"]
    return add_passkey(
        user=request.user, site=site_of(request), state=answer.state, name=name, answer=answer.credential
    )
