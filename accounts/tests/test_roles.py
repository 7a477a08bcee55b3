"""Roles: what each may do, kept in step, and what that means in the admin and the API."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Group, Permission
from django.core.management import CommandError, call_command
from django.test import RequestFactory
from rest_framework.views import APIView

from accounts.models import User
from accounts.services.roles import ROLES, Role, set_roles, sync_roles
from accounts.services.staff import set_active
from accounts.tests.factories import StaffFactory
from shop.api.permissions import StaffByPermission
from shop.common.errors import Forbidden, InvalidInput

pytestmark = pytest.mark.django_db


@pytest.fixture
def working():
    """`working(Role.SUPPORT)`: somebody who has that role and nothing else."""
    sync_roles()

    def make(role: Role) -> User:
        user = StaffFactory(is_superuser=False)
        set_roles(user, [role.value])
        return user

    return make


MAY = {
    "catalog.change_product": {Role.OWNER, Role.MANAGER, Role.CATALOGUE},
    "catalog.change_stock": {Role.OWNER, Role.MANAGER, Role.CATALOGUE, Role.FULFILMENT},
    "orders.view_order": {Role.OWNER, Role.MANAGER, Role.FULFILMENT, Role.SUPPORT, Role.ANALYST},
    "orders.change_order": {Role.OWNER, Role.MANAGER, Role.FULFILMENT, Role.SUPPORT},
    "orders.refund_order": {Role.OWNER, Role.MANAGER},
    "orders.export_order": {Role.OWNER, Role.MANAGER, Role.ANALYST},
    "accounts.view_user": {Role.OWNER, Role.MANAGER, Role.FULFILMENT, Role.SUPPORT},
    "accounts.act_for_customer": {Role.OWNER, Role.MANAGER, Role.SUPPORT},
    "accounts.export_customer": {Role.OWNER, Role.MANAGER},
    "accounts.anonymize_customer": {Role.OWNER},
    "accounts.manage_staff": {Role.OWNER},
}


@pytest.mark.parametrize("permission", MAY)
def test_who_may(working, permission):
    assert {role for role in Role if working(role).has_perm(permission)} == MAY[permission]


def test_every_pattern_finds_something():
    """A typing error in a name would silently take a right away."""
    known = {f"{p.content_type.app_label}.{p.codename}" for p in Permission.objects.select_related("content_type")} | {
        "webhooks.*"
    }
    from fnmatch import fnmatchcase

    for patterns in ROLES.values():
        for pattern in patterns:
            assert pattern in known or any(fnmatchcase(name, pattern) for name in known), pattern


def test_synchronising_puts_right_what_was_changed_and_leaves_other_groups(capsys):
    sync_roles()
    support, own = Group.objects.get(name="Support"), Group.objects.create(name="Season help")
    everything = Permission.objects.all()
    support.permissions.set(everything)
    own.permissions.set(everything[:3])
    call_command("sync_roles")
    assert not support.permissions.filter(codename="refund_order").exists()
    assert support.permissions.filter(codename="act_for_customer").exists()
    assert own.permissions.count() == 3
    assert "Support" in capsys.readouterr().out
    assert all(synced.changed == 0 for synced in sync_roles())


def test_the_migration_makes_the_groups_and_takes_them_back():
    migration = importlib.import_module("accounts.migrations.0004_roles")
    names = {role.value for role in Role}
    assert set(migration.ROLES) == names
    migration.remove_groups(apps, None)
    assert not Group.objects.filter(name__in=names).exists()
    migration.make_groups(apps, None)
    migration.make_groups(apps, None)
    assert Group.objects.filter(name__in=names).count() == 6


def test_staff_with_a_role_by_command():
    call_command("create_staff", "mara@example.org", "--role", "support", "--role", "Analyst")
    mara = User.objects.get(email="mara@example.org")
    assert sorted(mara.groups.values_list("name", flat=True)) == ["Analyst", "Support"]
    assert mara.has_perm("orders.export_order")
    with pytest.raises(CommandError):
        call_command("create_staff", "eve@example.org", "--role", "king")
    assert not User.objects.filter(email="eve@example.org").exists()


def test_no_such_role(staff):
    with pytest.raises(InvalidInput) as refusal:
        set_roles(staff, ["King"])
    assert "Owner, Manager, Catalogue" in str(refusal.value.message)


class Orders(APIView):
    staff_permissions = {"GET": "orders.view_order", "POST": "orders.refund_order"}

    def get(self, request):
        """Looking."""

    def post(self, request):
        """Giving money back."""


@pytest.mark.parametrize("role", Role)
def test_the_api_asks_the_role(working, role):
    user = working(role)
    request = RequestFactory().get("/")
    request.user = user
    assert StaffByPermission().has_permission(request, Orders()) is (role in MAY["orders.view_order"])
    request.method = "POST"
    assert StaffByPermission().has_permission(request, Orders()) is (role in MAY["orders.refund_order"])


PAGES = {
    "/admin/catalog/product/": "catalog.change_product",
    "/admin/orders/order/": "orders.view_order",
    "/admin/accounts/user/": "accounts.view_user",
    "/admin/auth/group/": "accounts.manage_staff",
}


@pytest.mark.parametrize("role", Role)
def test_the_admin_shows_what_the_role_allows(working, client_of, role):
    client = client_of(working(role))
    index = client.get("/admin/").content.decode()
    for url, permission in PAGES.items():
        looks = role in MAY[permission] or (url.startswith("/admin/catalog") and role is not Role.CATALOGUE)
        assert client.get(url).status_code == (200 if looks else 403), url
        assert (f'href="{url}"' in index) is looks, url


def test_a_role_is_shown_and_cannot_be_changed(client_of, staff):
    sync_roles()
    client = client_of(staff)
    support = Group.objects.get(name="Support")
    assert client.post(f"/admin/auth/group/{support.pk}/change/", {"name": "Chiefs"}).status_code == 403
    assert client.post(f"/admin/auth/group/{support.pk}/delete/", {"post": "yes"}).status_code == 403
    own = Group.objects.create(name="Season help")
    assert client.post(f"/admin/auth/group/{own.pk}/change/", {"name": "Winter help"}).status_code == 302
    assert set(Group.objects.filter(pk__in=[support.pk, own.pk]).values_list("name", flat=True)) == {
        "Support",
        "Winter help",
    }


def test_an_owner_manages_staff_but_no_administrator(working, staff, client_of):
    owner, colleague = working(Role.OWNER), working(Role.SUPPORT)
    set_active(user_id=colleague.pk, active=False, actor=owner)
    assert not User.objects.get(pk=colleague.pk).is_active
    with pytest.raises(Forbidden):
        set_active(user_id=staff.pk, active=False, actor=owner)
    page = client_of(owner).get(f"/admin/accounts/user/{colleague.pk}/change/").content.decode()
    assert 'name="groups"' in page
    assert 'name="is_superuser"' not in page
    with pytest.raises(Forbidden):
        set_active(user_id=colleague.pk, active=True, actor=working(Role.MANAGER))
