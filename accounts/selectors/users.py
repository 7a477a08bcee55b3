"""Finding users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.models.user import normalise_email

MOST_WORDS = 10
RANKS = {
    "admin": Q(is_superuser=True),
    "staff": Q(is_superuser=False, is_staff=True),
    "customer": Q(is_superuser=False, is_staff=False),
}


@dataclass(frozen=True, kw_only=True)
class UserFilter:
    """What users must be; "" and None leave it open. `role` is customer, staff or admin."""

    search: str = ""
    role: str = ""
    is_active: bool | None = None
    is_verified: bool | None = None
    since: datetime | None = None


def filtered_users(wanted: UserFilter) -> QuerySet[User]:
    """Users, newest first; every word of the search is in their address, names or phone."""
    users = User.objects.filter(RANKS.get(wanted.role, Q()))
    if wanted.is_active is not None:
        users = users.filter(is_active=wanted.is_active)
    if wanted.is_verified is not None:
        users = users.filter(email_verified_at__isnull=not wanted.is_verified)
    if wanted.since is not None:
        users = users.filter(created_at__gte=wanted.since)
    for word in wanted.search.split()[:MOST_WORDS]:
        users = users.filter(_fits(word))
    return users


def user_by_identifier(identifier: str) -> User | None:
    """The user with this e-mail address or, when there is no @ in it, this username (any case)."""
    if "@" in identifier:
        return User.objects.filter(email=normalise_email(identifier)).first()
    return User.objects.filter(username_key=identifier.strip().casefold()).first()


def user_signing_in(identifier: str) -> User | None:
    """As `user_by_identifier`, by what SHOP_LOGIN_FIELDS allows to sign in with."""
    field = "email" if "@" in identifier else "username"
    return user_by_identifier(identifier) if field in settings.SHOP_LOGIN_FIELDS else None


def _fits(word: str) -> Q:
    """Addresses and usernames are stored in lower case, names as typed."""
    return (
        Q(email__contains=word.lower())
        | Q(username_key__contains=word.casefold())
        | Q(first_name__icontains=word)
        | Q(last_name__icontains=word)
        | Q(phone__contains=word)
    )
