"""Groups of customers, roles of staff, and what allauth would show beside our own pages."""

from __future__ import annotations

from typing import Any

import allauth.account.admin
import allauth.mfa.admin
import allauth.socialaccount.admin
import allauth.usersessions.admin  # noqa: F401 - as well
import django.contrib.auth.admin  # noqa: F401 - as well
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.http import HttpRequest

from accounts.models import CustomerGroup
from accounts.services.roles import Role
from shop.admin import ShopModelAdmin

# Our accounts have one address each, on the account itself.
admin.site.unregister(EmailAddress)
# Keys and sessions are their owners'; staff help by the actions on the account.
admin.site.unregister(Authenticator)
admin.site.unregister(UserSession)
admin.site.unregister((SocialApp, SocialToken, SocialAccount))
admin.site.unregister(Group)

ROLES = frozenset(role.value for role in Role)


@admin.register(Group)
class RoleAdmin(ShopModelAdmin):
    """The six roles are the shop's own and only shown: `manage.py sync_roles` would undo changes. Others are free."""

    search_fields = ("name",)
    filter_horizontal = ("permissions",)
    ordering = ("name",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_role(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return not _is_role(obj) and super().has_delete_permission(request, obj)


@admin.register(CustomerGroup)
class CustomerGroupAdmin(ShopModelAdmin):
    search_fields = ("name",)


def _is_role(group: Group | None) -> bool:
    return group is not None and group.name in ROLES
