"""The session a request came from, for pages and API alike."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.contrib.auth import update_session_auth_hash
from django.http import HttpRequest

from accounts.models import User


def keep_session(request: HttpRequest, user: User) -> None:
    """After all sessions of `user` were ended: this one goes on, under a new key."""
    update_session_auth_hash(request, user)
    UserSession.objects.create_from_request(request)
