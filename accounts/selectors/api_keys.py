"""Whose API key it is, and what it may do."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.contrib.auth.models import AnonymousUser, Permission
from django.db.models import Q
from django.utils import timezone

from accounts.models import ApiKey
from shop.common.ids import token_hash

KEY_PREFIX = "sk_"
LONGEST = 100


class KeyHolder(AnonymousUser):
    """What calls with a key: nobody in particular, with the permissions of the key's role."""

    is_staff = True  # type: ignore[assignment]  # nobody, but not a visitor
    is_active = True  # type: ignore[assignment]

    def __init__(self, key: ApiKey) -> None:
        super().__init__()
        self.key = key

    def __str__(self) -> str:
        return self.key.name

    @cached_property
    def permissions(self) -> frozenset[str]:
        """ "orders.view_order" and the like; one query."""
        found = Permission.objects.filter(group=self.key.group_id).order_by()
        pairs = found.values_list("content_type__app_label", "codename")
        return frozenset(f"{app}.{codename}" for app, codename in pairs)

    def get_all_permissions(self, obj: Any = None) -> set[str]:
        return set(self.permissions) if obj is None else set()

    get_group_permissions = get_all_permissions

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        return obj is None and perm in self.permissions

    def has_perms(self, perm_list: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perm_list)

    def has_module_perms(self, module: str) -> bool:
        return any(perm.partition(".")[0] == module for perm in self.permissions)


def living_key(secret: str) -> ApiKey | None:
    """The key, while it is good: neither revoked nor expired, and its maker still works here."""
    if len(secret) > LONGEST:
        return None
    living = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    makers = Q(created_by__is_active=True, created_by__is_staff=True)
    return ApiKey.objects.filter(living, makers, digest=token_hash(secret), revoked_at=None).first()
