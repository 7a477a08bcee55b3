"""Who may see a page, and that nobody keeps a copy of it."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts.models import User
from accounts.web.door import where_next
from shop.common.errors import NotFound

View = Callable[..., HttpResponse]


class SignedInRequest(HttpRequest):
    """What a `private` view gets, for the type checker."""

    user: User


get_or_post = require_http_methods(["GET", "HEAD", "POST"])


def private(view: View) -> View:
    """For people who are signed in; others sign in first. The answer is stored nowhere."""
    return secret(login_required(view))


def secret(view: View) -> View:
    """For pages with passwords or codes: stored nowhere, and no error report shows what was sent."""
    return never_cache(sensitive_post_parameters()(view))


def missing_is_404(view: View) -> View:
    """What a service does not find is no page either."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except NotFound as error:
            raise Http404 from error

    return guarded


def guests_only(view: View) -> View:
    """Leads people who are signed in away: to `next`, or to their account."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return HttpResponseRedirect(where_next(request))
        return view(request, *args, **kwargs)

    return secret(guarded)
