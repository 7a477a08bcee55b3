"""Who they are is known, and they may not come in before their address is confirmed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.models import User
from accounts.services.verify_email import send_verification_code
from accounts.web.door import where_next
from accounts.web.pending import VERIFY, new_pending, remember_pending
from shop.common.errors import TooManyRequests


def ask_to_verify(request: HttpRequest, user: User) -> HttpResponse:
    """Mail them a code, unless too many went there already, and lead them to the page that takes it."""
    pending = new_pending(user.email, then=where_next(request))
    remember_pending(request, VERIFY, pending)
    try:
        send_verification_code(user, browser=pending.browser)
    except TooManyRequests as error:
        messages.warning(request, str(error.message))
    return redirect("accounts:verify_email")
