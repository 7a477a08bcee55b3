"""People who work here and may do only some things."""

from __future__ import annotations

from django.contrib.auth.models import Permission

from accounts.models import User
from accounts.tests.factories import UserFactory


def clerk(*codenames: str) -> User:
    """Staff with these permissions and no others."""
    user: User = UserFactory(is_staff=True)
    permissions = Permission.objects.filter(codename__in=codenames)
    assert len(permissions) == len(codenames)
    user.user_permissions.set(permissions)
    return user
