"""Who calls the API by an access token, and what calls it by a key."""

from __future__ import annotations

from typing import Any

import structlog
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts.models import ApiKey, TokenFamily, User
from accounts.selectors.api_keys import KEY_PREFIX, KeyHolder, living_key
from accounts.selectors.tokens import family_of_access_token
from accounts.services.api_keys import note_use

KEYWORD = "bearer"


class BearerAuthentication(BaseAuthentication):
    """`Authorization: Bearer <access token>`. A bad one is refused wherever it is sent: never taken for nobody.

    `request.auth` is the token's family. Other schemes, such as a proxy's Basic, are not ours to judge.
    """

    def authenticate(self, request: Request) -> tuple[User, TokenFamily] | None:
        token = bearer_token(request)
        if token is None or token.startswith(KEY_PREFIX):
            return None
        family = family_of_access_token(token)
        if family is None:
            raise AuthenticationFailed(_("This token is not good, or no longer. Sign in again."), code="invalid_token")
        return family.user, family

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class ApiKeyAuthentication(BaseAuthentication):
    """`Authorization: Bearer sk_…`. `request.user` is nobody with a role's permissions, `request.auth` the key.

    As it is nobody, what belongs to customers stays closed: a key acts for the shop, not for a person.
    """

    def authenticate(self, request: Request) -> tuple[KeyHolder, ApiKey] | None:
        token = bearer_token(request)
        if token is None or not token.startswith(KEY_PREFIX):
            return None
        key = living_key(token)
        if key is None:
            raise AuthenticationFailed(_("This API key is not good, or no longer."), code="invalid_token")
        note_use(key)
        structlog.contextvars.bind_contextvars(api_key=key.public_id)
        return KeyHolder(key), key

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


def actor_id_of(request: Request) -> int | None:
    """Who answers for what a request does: the person, or who made the key."""
    return request.auth.created_by_id if isinstance(request.auth, ApiKey) else request.user.pk


def bearer_token(request: Request) -> str | None:
    """What stands behind "Bearer"; None for requests without it."""
    keyword, _space, token = request.headers.get("Authorization", "").strip().partition(" ")
    return token.strip() if keyword.lower() == KEYWORD else None


class BearerScheme(OpenApiAuthenticationExtension):
    target_class = BearerAuthentication
    name = "bearer"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}


class ApiKeyScheme(OpenApiAuthenticationExtension):
    target_class = ApiKeyAuthentication
    name = "api_key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "bearerFormat": "sk_…", "description": "A key made in the admin."}
