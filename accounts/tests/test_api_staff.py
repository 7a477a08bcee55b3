"""/api/admin/users: found, let in and kept out."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import ApiKey, User
from accounts.services.api_keys import make_key
from accounts.tests.api import refused, token_of
from accounts.tests.factories import StaffFactory, UserFactory
from shop.testing.concurrency import race

pytestmark = pytest.mark.django_db


def clerk(*codenames: str) -> User:
    user = UserFactory(is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=codenames))
    return user


def toggle(client: Client, user: User | int, body: Any = None) -> Any:
    pk = user if isinstance(user, int) else user.pk
    return client.put(f"/api/admin/users/{pk}/toggle-status", body or {}, content_type="application/json")


def found(client: Client, **query: Any) -> list[str]:
    answer = client.get("/api/admin/users", query)
    assert answer.status_code == 200, answer.content
    return [row["email"] for row in answer.json()["results"]]


def test_everybody_newest_first_and_what_is_said_of_them(client_of, staff, shopper):
    row = client_of(staff).get("/api/admin/users").json()["results"][0]
    assert found(client_of(staff)) == [shopper.email, staff.email]
    assert (row["id"], row["role"], row["is_active"], row["is_verified"]) == (shopper.pk, "customer", True, True)
    assert "password" not in row


def test_search_and_filters(client_of, staff, shopper, other_shopper):
    other_shopper.email_verified_at = None
    other_shopper.is_active = False
    other_shopper.save()
    browser = client_of(staff)
    assert found(browser, search="OTHER@example") == [other_shopper.email]
    assert found(browser, search="jonas brandt") == [other_shopper.email]
    assert found(browser, search="jonas albrecht") == []
    assert found(browser, role="admin") == [staff.email]
    assert found(browser, role="staff") == []
    assert found(browser, role="customer", is_active="true") == [shopper.email]
    assert found(browser, is_active="false") == [other_shopper.email]
    assert found(browser, is_verified="false") == [other_shopper.email]
    assert found(browser, since="2100-01-01T00:00:00Z") == []
    refused(browser.get("/api/admin/users", {"role": "king"}), 400, "invalid")
    refused(browser.get("/api/admin/users", {"search": "a\x00"}), 400, "invalid")


def test_queries_do_not_grow(client_of, staff, django_assert_num_queries):
    browser = client_of(staff)
    for _ in range(2):
        with django_assert_num_queries(4):
            browser.get("/api/admin/users")
        UserFactory.create_batch(5)


def test_kept_out_at_once_and_let_in_again(client_of, staff, shopper):
    token = token_of(shopper)
    session = client_of(shopper)
    answer = toggle(client_of(staff), shopper, {"is_active": False})
    assert (answer.status_code, answer.json()["is_active"]) == (200, False)
    refused(Client(headers={"Authorization": f"Bearer {token}"}).get("/api/auth/me"), 401, "invalid_token")
    refused(session.get("/api/auth/me"), 401, "not_authenticated")
    assert toggle(client_of(staff), shopper).json()["is_active"] is True
    assert toggle(client_of(staff), shopper).json()["is_active"] is False
    assert toggle(client_of(staff), shopper, {"is_active": False}).json()["is_active"] is False


def test_nobody_locks_themselves_out(client_of, staff):
    refused(toggle(client_of(staff), staff), 409, "conflict")
    assert User.objects.get(pk=staff.pk).is_active


@pytest.mark.parametrize("body", [{"is_active": "perhaps"}, {"is_active": None}, {"is_active": 1}, {"active": False}])
def test_what_cannot_be_meant(client_of, staff, shopper, body):
    assert toggle(client_of(staff), shopper, body).status_code == 400
    assert User.objects.get(pk=shopper.pk).is_active


def test_nobody_there(client_of, staff):
    refused(toggle(client_of(staff), 10**30), 404, "not_found")


def test_who_may(client_of, anonymous, shopper, other_shopper):
    boss = StaffFactory()
    refused(anonymous.get("/api/admin/users"), 401, "not_authenticated")
    refused(client_of(shopper).get("/api/admin/users"), 403, "forbidden")
    refused(client_of(clerk("change_user")).get("/api/admin/users"), 403, "forbidden")
    assert client_of(clerk("view_user")).get("/api/admin/users").status_code == 200
    refused(toggle(anonymous, shopper), 401, "not_authenticated")
    refused(toggle(client_of(shopper), other_shopper), 403, "forbidden")
    refused(toggle(client_of(clerk("view_user")), shopper), 403, "forbidden")
    refused(toggle(client_of(clerk("change_user")), boss), 403, "forbidden")
    assert toggle(client_of(clerk("change_user")), shopper).status_code == 200


def test_a_key_has_its_roles_rank_not_its_makers(staff, shopper):
    role = Group.objects.create(name="Helpdesk")
    role.permissions.set(Permission.objects.filter(codename="change_user"))
    secret = make_key(ApiKey(name="Helpdesk", group=role), maker=staff)
    by_key = Client(headers={"Authorization": f"Bearer {secret}"})
    assert toggle(by_key, shopper).json()["is_active"] is False
    refused(toggle(by_key, StaffFactory()), 403, "forbidden")
    refused(toggle(by_key, staff), 403, "forbidden")


@pytest.mark.django_db(transaction=True)
def test_two_administrators_at_once_leave_one():
    first, second = StaffFactory(), StaffFactory()
    pairs = [(first, second), (second, first)]

    def run(number: int) -> int:
        actor, other = pairs[number]
        browser = Client()
        browser.force_login(actor)
        return toggle(browser, other, {"is_active": False}).status_code

    outcome = race(2, run)
    assert outcome.errors == []
    assert User.objects.filter(is_active=True, is_superuser=True).count() == 1
