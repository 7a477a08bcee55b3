"""Speaking to the catalogue's addresses below /api/ in tests."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Permission
from django.test import Client

from accounts.models import User
from accounts.services.tokens import issue_tokens
from accounts.tests.api import refused
from accounts.tests.factories import UserFactory

__all__ = ["call", "errors_of", "helper_with", "refused"]


def call(method: str, path: str, body: Any = None, *, user: User | None = None, **headers: str) -> Any:
    """One request with JSON, as `user` by their token."""
    if user is not None:
        headers["Authorization"] = f"Bearer {issue_tokens(user).access_token}"
    client = Client(headers={name.replace("_", "-"): value for name, value in headers.items()})
    kwargs = {} if body is None else {"data": body, "content_type": "application/json"}
    return getattr(client, method)(f"/api/{path}", **kwargs)


def errors_of(response: Any, status: int = 400) -> dict[str, str]:
    """Field → code of what was refused."""
    assert response.status_code == status, response.content
    return {error["field"]: error["code"] for error in response.json()["errors"]}


def helper_with(*permissions: str) -> User:
    """Somebody of the staff who has these permissions of the catalogue, "change_product", and no others."""
    user = UserFactory.create(is_staff=True)
    found = Permission.objects.filter(content_type__app_label="catalog", codename__in=permissions)
    assert len(found) == len(permissions)
    user.user_permissions.set(found)
    return user
