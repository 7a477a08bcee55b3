"""In and out of a session. Every page that signs somebody in does it here."""

from __future__ import annotations

from allauth.account.utils import perform_login
from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url

from accounts.models import User
from accounts.web.stages import BOTH_STEPS
from shop.common.addresses import own_address

BACKEND = settings.AUTHENTICATION_BACKENDS[0]
UNTIL_BROWSER_CLOSES = 0


def sign_in(request: HttpRequest, user: User, *, remember: bool, then: str, both_steps: bool = False) -> HttpResponse:
    """Sign `user` in through allauth's stages (docs/decisions/0011) and lead on to `then`.

    Whoever was signed in before is signed out first, with everything their session held. A guest's
    session keeps what it holds, under a new key. `both_steps`: nothing more is asked for.
    """
    if request.user.is_authenticated:
        logout(request)
    request.session.set_expiry(settings.SESSION_COOKIE_AGE if remember else UNTIL_BROWSER_CLOSES)
    user.backend = BACKEND
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=then, signal_kwargs={BOTH_STEPS: both_steps}
    )
    return response


def wanted_next(request: HttpRequest) -> str:
    """`next`, if it is a page of this shop; else nothing."""
    return own_address(request, request.POST.get("next") or request.GET.get("next") or "")


def where_next(request: HttpRequest) -> str:
    """Where to go from here: `next`, or the account's page."""
    return wanted_next(request) or resolve_url(settings.LOGIN_REDIRECT_URL)
