"""What people say about themselves."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import username_key
from accounts.services.postal import phone_problem
from accounts.services.rules import check_fields, raise_problems, username_problems, username_taken
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class Profile:
    """The whole profile; an empty username means none."""

    username: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""


def update_profile(*, user_id: int, profile: Profile) -> User:
    """Store it. Raises InvalidInput by field, also when another request took the username just now."""
    raise_problems(
        {
            "username": username_problems(profile.username),
            "phone": [phone] if (phone := phone_problem(profile.phone.strip())) else [],
        }
    )
    return _update(user_id, profile)


@transactional
def _update(user_id: int, profile: Profile) -> User:
    user = User.objects.select_for_update().get(pk=user_id)
    if profile.username and username_taken(profile.username, by_other_than=user):
        raise InvalidInput(
            _("Somebody has this username. Please choose another."), field="username", code="username_taken"
        )
    user.username = profile.username or None
    user.username_key = username_key(user.username)
    user.first_name, user.last_name, user.phone = (
        " ".join(value.split()) for value in (profile.first_name, profile.last_name, profile.phone)
    )
    check_fields(user, ("first_name", "last_name", "phone"))
    user.save(update_fields=["username", "username_key", "first_name", "last_name", "phone"])
    return user
