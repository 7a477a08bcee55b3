"""Signing in by e-mail address or username, whichever was typed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest

from accounts.models import User
from accounts.selectors.users import user_signing_in


class IdentifierBackend(ModelBackend):
    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **kwargs: Any
    ) -> User | None:
        """The active user with that e-mail or username and password, else None.

        An unknown name costs one hash as well, so that the time tells nothing.
        """
        identifier = username or kwargs.get("email") or ""
        if not identifier or password is None:
            return None
        user = user_signing_in(identifier)
        if user is None:
            make_password(password)
            return None
        if user.check_password(password) and self.user_can_authenticate(user):
            return user
        return None
