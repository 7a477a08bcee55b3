"""Who calls the API by an access token."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import TokenFamily, User
from accounts.selectors.tokens import family_of_access_token

KEYWORD = "bearer"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`. A bad one is refused wherever it is sent: never taken for nobody.

    `request.auth` is the token's family. Other schemes, such as a proxy's Basic, are not ours to judge.
    """

    def authenticate(self, request: Request) -> tuple[User, TokenFamily] | None:
        token = bearer_token(request)
        if token is None:
            return None
        family = family_of_access_token(token)
        if family is None:
            raise AuthenticationFailed(_("This token is not good, or no longer. Sign in again."), code="invalid_token")
        return family.user, family

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def bearer_token(request: Request) -> str | None:
    """What stands behind "Bearer"; None for requests without it."""
    keyword, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if keyword.lower() == KEYWORD else None


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}
