"""The roles of those who work here: Django groups that say what each may do.

Goods, carts and orders stand above this app, so permissions are named by strings, and patterns: what a later
version of the shop brings falls to the roles it belongs to once `manage.py sync_roles` has run.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from django.contrib.auth.models import Group, Permission
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


class Role(StrEnum):
    OWNER = "Owner"
    MANAGER = "Manager"
    CATALOGUE = "Catalogue"
    FULFILMENT = "Fulfilment"
    SUPPORT = "Support"
    ANALYST = "Analyst"


APPS = ("accounts", "auth", "catalog", "carts", "orders", "webhooks", "django_tasks_database")
REFUNDS = "orders.refund_order"
LOOKING = ("catalog.view_*", "carts.view_*", "orders.view_*")
PEOPLE = ("accounts.view_user", "accounts.view_address")

# Money and data leave the shop by permissions of their own: giving money back, exporting, acting for a customer.
ROLES: dict[Role, tuple[str, ...]] = {
    Role.OWNER: tuple(f"{app}.*" for app in APPS),
    Role.MANAGER: (
        *("catalog.*", "carts.*", "orders.*", "django_tasks_database.*"),
        *("accounts.view_*", "accounts.add_user", "accounts.change_user"),
        *("accounts.act_for_customer", "accounts.export_customer", "accounts.*_customergroup"),
    ),
    Role.CATALOGUE: ("catalog.*",),
    Role.FULFILMENT: (
        *LOOKING,
        *PEOPLE,
        *("catalog.change_stock", "catalog.change_stockhold"),
        *("orders.change_order", "orders.*_shipment", "orders.*_shipmentline", "orders.change_return"),
    ),
    Role.SUPPORT: (
        *LOOKING,
        *PEOPLE,
        *("accounts.change_user", "accounts.act_for_customer", "catalog.change_review"),
        *("orders.change_order", "orders.*_return", "orders.*_returnline"),
    ),
    Role.ANALYST: (*LOOKING, "orders.export_order"),
}


@dataclass(frozen=True, kw_only=True)
class SyncedRole:
    """What a role may do now, and by how many permissions that changed."""

    role: Role
    permissions: int
    changed: int


@transactional
def sync_roles() -> list[SyncedRole]:
    """Make the six groups say exactly what ROLES says. Other groups stay as they are."""
    return sync_roles_step()


def sync_roles_step() -> list[SyncedRole]:
    """A step of `sync_roles` for verbs that need the roles to be there."""
    known = {
        f"{permission.content_type.app_label}.{permission.codename}": permission
        for permission in Permission.objects.select_related("content_type")
    }
    return [_sync(role, [known[name] for name in _matching(known, patterns)]) for role, patterns in ROLES.items()]


def set_roles(user: User, names: Iterable[str]) -> None:
    """A step: give these roles, by name whatever the case, beside the groups the person has. Raises InvalidInput."""
    by_name = {role.value.casefold(): role.value for role in Role}
    wanted = [by_name.get(name.casefold(), "") for name in names]
    if "" in wanted:
        said = _("Roles are %(roles)s.") % {"roles": ", ".join(role.value for role in Role)}
        raise InvalidInput(said, field="role", code="unknown_role")
    user.groups.add(*Group.objects.filter(name__in=wanted))


def _matching(names: Iterable[str], patterns: tuple[str, ...]) -> list[str]:
    return [name for name in names if any(fnmatchcase(name, pattern) for pattern in patterns)]


def _sync(role: Role, wanted: list[Permission]) -> SyncedRole:
    group, _is_new = Group.objects.get_or_create(name=role.value)
    before = set(group.permissions.values_list("pk", flat=True))
    after = {permission.pk for permission in wanted}
    if before != after:
        group.permissions.set(wanted)
    return SyncedRole(role=role, permissions=len(after), changed=len(before ^ after))
