"""Speaking to /api/auth/ in tests."""

from __future__ import annotations

from typing import Any

from django.test import Client

from accounts.models import User
from accounts.services.tokens import issue_tokens


def call(method: str, path: str, body: Any = None, *, token: str = "", **headers: str) -> Any:
    """One request from a client that keeps nothing."""
    if token:
        headers["Authorization"] = f"Bearer {token}"
    client = Client(headers=headers)
    kwargs = {} if body is None else {"data": body, "content_type": "application/json"}
    return getattr(client, method)(f"/api/auth/{path}", **kwargs)


def post(path: str, body: Any = None, **kwargs: Any) -> Any:
    return call("post", path, {} if body is None else body, **kwargs)


def token_of(user: User) -> str:
    return issue_tokens(user).access_token


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem in an answer that is this refusal."""
    problem = response.json()
    assert (response.status_code, problem["code"]) == (status, code), problem
    assert response["Content-Type"] == "application/problem+json"
    return problem
