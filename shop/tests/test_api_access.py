"""Who gets in where: every operation of the API's own description, so that a new endpoint cannot be forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey, User
from accounts.services.api_keys import make_key
from accounts.services.staff import set_active
from accounts.services.tokens import issue_tokens
from shop.tests.api_world import OWNER_EMAIL, PIECE, World, make_world, operations

pytestmark = pytest.mark.django_db

OPERATIONS = operations()
# What a path may name that is there for everybody; whatever else it names is somebody's, and others get 404 for it.
EVERYBODYS = frozenset(
    {"products/{product}", "images/{image}", "categories/{category}", "inventory/{variant_id}", "webhooks/{gateway}"}
)
# These take no notice of who asks.
HEADER_IGNORED = (
    "/api/auth/register",
    "/api/auth/login",
    "/api/auth/login/mfa",
    "/api/auth/refresh",
    "/api/auth/verify-email",
    "/api/auth/resend-code",
    "/api/auth/forgot-password",
    "/api/auth/reset-password",
    "/api/payments/webhooks/{gateway}",
)


@pytest.fixture
def world(settings: Any) -> World:
    settings.SHOP_RATE_LIMITS_ENABLED = False
    return make_world()


def call(world: World, path: str, method: str, *, token: str = "") -> Any:
    """The operation on what the owner of the world has, with the body `{}` where it may have one."""
    address = path.format_map(world.named_in(path))
    client = Client(headers={"Authorization": f"Bearer {token}"} if token else {})
    body = {} if method in ("get", "delete") else {"data": "{}", "content_type": "application/json"}
    return getattr(client, method)(address, **body)


def token_of(user: User) -> str:
    return issue_tokens(user).access_token


def is_open(operation: Mapping[str, Any]) -> bool:
    return {} in operation.get("security", [{}])


def names_owned(path: str) -> bool:
    return not {piece for piece, _ in PIECE.findall(path)} <= EVERYBODYS


def walk(
    world: World, expected: Callable[[str, Mapping[str, Any]], set[int]], *, token: Callable[[], str] = str
) -> list[str]:
    """Every operation by one caller: what is answered otherwise than `expected`, or shows what is the owner's.

    `token` gives one for each call: one of them ends the one it came with.
    """
    wrong = []
    for path, method, operation in OPERATIONS:
        response = call(world, path, method, token=token())
        allowed = expected(path, operation)
        if (allowed and response.status_code not in allowed) or OWNER_EMAIL in response.content.decode(
            errors="replace"
        ):
            wrong.append(f"{method} {path}: {response.status_code}, not {allowed or 'showing another'}")
    return wrong


def test_nobody_gets_what_needs_somebody(world: World) -> None:
    def expected(path: str, operation: Mapping[str, Any]) -> set[int]:
        if not is_open(operation):
            return {401}
        return {401, 404} if names_owned(path) else set()

    assert walk(world, expected) == []


def test_another_customer_finds_nothing(world: World) -> None:
    def expected(path: str, operation: Mapping[str, Any]) -> set[int]:
        if path.startswith("/api/admin/"):
            return {403}
        return {404} if names_owned(path) else set()

    assert walk(world, expected, token=lambda: token_of(world.other)) == []


def test_staff_without_the_permission_get_no_further(world: World) -> None:
    def expected(path: str, operation: Mapping[str, Any]) -> set[int]:
        if path.startswith("/api/admin/"):
            return {403}
        return {403, 404} if names_owned(path) else set()

    assert walk(world, expected, token=lambda: token_of(world.idle_staff)) == []


@pytest.mark.parametrize("why", ["expired", "forged", "deactivated"])
def test_a_token_that_is_none_is_refused_even_where_anybody_may_come(world: World, why: str) -> None:
    def expected(path: str, operation: Mapping[str, Any]) -> set[int]:
        return set() if path in HEADER_IGNORED or not operation.get("security") else {401}

    token = token_of(world.owner)
    if why == "forged":
        token = token[:-2] + ("xx" if token[-2:] != "xx" else "yy")
    if why == "deactivated":
        set_active(user_id=world.owner.pk, active=False, actor=world.staff)
    with time_machine.travel(timezone.now() + timedelta(hours=1 if why == "expired" else 0)):
        assert walk(world, expected, token=lambda: token) == []


def test_a_key_gets_in_where_the_description_says_so(world: World) -> None:
    """A key that may do everything: what belongs to people stays closed to it."""
    role = Group.objects.create(name="Everything")
    role.permissions.set(Permission.objects.all())
    key = make_key(ApiKey(name="Till", group=role), maker=world.staff)
    wrong = []
    for path, method, operation in OPERATIONS:
        schemes = {name for scheme in operation.get("security", []) for name in scheme}
        if path in HEADER_IGNORED or not schemes:
            continue
        status = call(world, path, method, token=key).status_code
        if (status in {401, 403}) == ("api_key" in schemes):
            wrong.append(f"{method} {path}: {status}")
    assert wrong == []


def test_what_nobody_may_do_is_405_for_everybody(world: World) -> None:
    wrong = []
    there = {path: {method for other, method, _ in OPERATIONS if other == path} for path, _, _ in OPERATIONS}
    for path, methods in there.items():
        for method in {"get", "post", "put", "patch", "delete"} - methods:
            answer = call(world, path, method)
            allowed = {name.strip().lower() for name in answer.get("Allow", "").split(",")} - {"head", "options"}
            if (answer.status_code, allowed) != (405, methods):
                wrong.append(f"{method} {path}: {answer.status_code}, Allow: {allowed}")
    assert wrong == []


def test_the_walk_is_no_empty_one(world: World) -> None:
    """The owner does get in: what others are refused is there."""
    mine = [(path, method) for path, method, _ in OPERATIONS if names_owned(path) and method == "get"]
    shop = [path for path, _ in mine if not path.startswith("/api/admin/")]
    assert shop
    for path, method in mine:
        who = world.staff if path.startswith("/api/admin/") else world.owner
        assert call(world, path, method, token=token_of(who)).status_code == 200, path
