"""Who calls the API by the storefront's session."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from drf_spectacular.authentication import SessionScheme
from rest_framework import authentication
from rest_framework.request import Request

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


class SessionAuthentication(authentication.SessionAuthentication):
    """DRF's own, with two differences.

    A guest's session selects a cart, so it needs the CSRF token like a customer's: DRF asks only users for it.
    Missing credentials are 401, for which DRF wants a WWW-Authenticate header.
    """

    def authenticate(self, request: Request) -> tuple[Any, None] | None:
        if request.method in UNSAFE and settings.SESSION_COOKIE_NAME in request.COOKIES:
            self.enforce_csrf(request)
        user = request._request.user  # noqa: SLF001 - where DRF keeps Django's request
        return (user, None) if user.is_active and user.is_authenticated else None

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class SessionAuthenticationScheme(SessionScheme):
    """The same for the API's description."""

    target_class = SessionAuthentication  # type: ignore[assignment]
    name = "session"
