"""API keys: what they may, when they end, and how they are made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.urls import path, reverse
from django.utils import timezone
from rest_framework.permissions import IsAuthenticated
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api.authentication import actor_id_of
from accounts.models import ApiKey
from accounts.services.api_keys import make_key, revoke_key
from accounts.tests.api import refused
from accounts.tests.factories import UserFactory
from shop.api.permissions import AnyoneReadsStaffWrites, StaffByPermission
from shop.common.errors import Conflict, NotFound
from shop.common.ids import token_hash
from shop.urls import urlpatterns as shop_urls


class Orders(APIView):
    permission_classes = (StaffByPermission,)
    staff_permissions = {"GET": "accounts.view_user", "PUT": "accounts.change_user"}

    def get(self, request):
        return Response({"actor": actor_id_of(request), "user_id": request.user.pk})

    put = get


class Shown(Orders):
    permission_classes = (AnyoneReadsStaffWrites,)


class Own(Orders):
    permission_classes = (IsAuthenticated,)


urlpatterns = [
    path("api/staffs", Orders.as_view()),
    path("api/shown", Shown.as_view()),
    path("api/own", Own.as_view()),
    *shop_urls,
]
pytestmark = [pytest.mark.django_db, pytest.mark.urls("accounts.tests.test_api_keys")]


@pytest.fixture
def role():
    role = Group.objects.create(name="Till")
    role.permissions.set(Permission.objects.filter(codename="view_user"))
    return role


@pytest.fixture
def secret(role, staff):
    return make_key(ApiKey(name="Till", group=role), maker=staff)


def call(method, address, secret, **kwargs):
    return getattr(Client(headers={"Authorization": f"Bearer {secret}"}), method)(address, **kwargs)


def test_a_key_may_what_its_role_may_and_no_more(secret, staff):
    assert staff.is_superuser
    answer = call("get", "/api/staffs", secret)
    assert answer.json() == {"actor": staff.pk, "user_id": None}
    refused(call("put", "/api/staffs", secret), 403, "forbidden")
    assert call("get", "/api/shown", secret).status_code == 200
    refused(call("put", "/api/shown", secret), 403, "forbidden")


def test_a_key_is_no_customer(secret):
    refused(call("get", "/api/own", secret), 403, "forbidden")
    refused(call("get", "/api/auth/me", secret), 403, "forbidden")


def test_a_role_that_gains_a_permission_gives_it_to_its_keys(secret, role):
    role.permissions.add(Permission.objects.get(codename="change_user"))
    assert call("put", "/api/staffs", secret).status_code == 200


def test_only_the_hash_is_stored(secret):
    key = ApiKey.objects.get()
    assert secret.startswith("sk_")
    assert len(secret) > 40
    assert key.digest == token_hash(secret)
    assert secret.startswith(key.hint)
    assert not any(secret in str(value) for value in vars(key).values())


def spoil_expiry(key):
    ApiKey.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def spoil_revoked(key):
    revoke_key(key_id=key.pk)


def spoil_maker_gone(key):
    key.created_by.is_active = False
    key.created_by.save()


def spoil_maker_no_staff(key):
    key.created_by.is_staff = False
    key.created_by.save()


@pytest.mark.parametrize("spoil", [spoil_expiry, spoil_revoked, spoil_maker_gone, spoil_maker_no_staff])
def test_keys_that_ended_are_refused_everywhere(secret, spoil):
    assert call("get", "/api/shown", secret).status_code == 200
    spoil(ApiKey.objects.get())
    for address in ("/api/staffs", "/api/shown"):
        refused(call("get", address, secret), 401, "invalid_token")


@pytest.mark.parametrize("wrong", ["sk_", "sk_nobody", "sk_" + "x" * 5000, "SK_upper"])
def test_what_is_no_key(secret, wrong):
    answer = call("get", "/api/shown", wrong)
    refused(answer, 401, "invalid_token")
    assert answer["WWW-Authenticate"] == "Bearer"


def test_last_use_is_noted_once_a_minute(secret, django_assert_num_queries):
    before = timezone.now()
    call("get", "/api/staffs", secret)
    key = ApiKey.objects.get()
    assert before <= key.last_used_at <= timezone.now()
    with django_assert_num_queries(2):  # the key, its role's permissions
        call("get", "/api/staffs", secret)
    ApiKey.objects.update(last_used_at=before - timedelta(minutes=2))
    call("get", "/api/staffs", secret)
    assert ApiKey.objects.get().last_used_at >= before


def test_a_key_revoked_stays_so(secret):
    key = ApiKey.objects.get()
    revoke_key(key_id=key.pk)
    with pytest.raises(Conflict):
        revoke_key(key_id=key.pk)
    with pytest.raises(NotFound):
        revoke_key(key_id=key.pk + 1)


def make_in_admin(client, role, **typed):
    data = {"name": "Warehouse", "group": role.pk, "expires_at_0": "", "expires_at_1": "", **typed}
    return client.post(reverse("admin:accounts_apikey_add"), data)


def test_the_admin_shows_a_new_key_once(client_of, staff, role):
    browser = client_of(staff)
    answer = make_in_admin(browser, role)
    assert answer.status_code == 200
    secret = answer.context["secret"].value
    assert f'value="{secret}"' in answer.content.decode()
    assert call("get", "/api/staffs", secret).status_code == 200
    key = ApiKey.objects.get()
    for address in (
        reverse("admin:accounts_apikey_changelist"),
        reverse("admin:accounts_apikey_change", args=[key.pk]),
    ):
        page = browser.get(address).content.decode()
        assert key.hint in page
        assert secret not in page


def test_an_expiry_that_is_over_is_refused(client_of, staff, role):
    answer = make_in_admin(client_of(staff), role, expires_at_0="2020-01-01", expires_at_1="00:00")
    assert "still to come" in answer.content.decode()
    assert ApiKey.objects.count() == 0


def test_nobody_gets_more_by_a_key(client_of, role):
    clerk = UserFactory(is_staff=True)
    clerk.user_permissions.set(Permission.objects.filter(codename__in=["add_apikey", "view_apikey"]))
    answer = make_in_admin(client_of(clerk), role)
    assert "may do more than you may" in answer.content.decode()
    assert ApiKey.objects.count() == 0
    clerk.user_permissions.add(Permission.objects.get(codename="view_user"))
    assert make_in_admin(client_of(clerk), role).context["secret"]


def test_the_admin_revokes(client_of, staff, secret):
    key = ApiKey.objects.get()
    browser = client_of(staff)
    data = {"action": "revoke", "_selected_action": [key.pk]}
    page = browser.post(reverse("admin:accounts_apikey_changelist"), data, follow=True).content.decode()
    assert "1 key revoked." in page
    assert "revoked" in page
    refused(call("get", "/api/staffs", secret), 401, "invalid_token")


def test_renaming_keeps_role_and_secret(client_of, staff, secret, role):
    key = ApiKey.objects.get()
    other = Group.objects.create(name="Other")
    data = {"name": "Till 2", "group": other.pk, "expires_at_0": "", "expires_at_1": ""}
    client_of(staff).post(reverse("admin:accounts_apikey_change", args=[key.pk]), data)
    key.refresh_from_db()
    assert (key.name, key.group) == ("Till 2", role)
    assert key.digest == token_hash(secret)
