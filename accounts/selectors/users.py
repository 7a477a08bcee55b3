"""Finding users."""

from __future__ import annotations

from accounts.models import User
from accounts.models.user import normalise_email


def user_by_identifier(identifier: str) -> User | None:
    """The user with this e-mail address or, when there is no @ in it, this username (any case)."""
    if "@" in identifier:
        return User.objects.filter(email=normalise_email(identifier)).first()
    return User.objects.filter(username_key=identifier.strip().casefold()).first()
