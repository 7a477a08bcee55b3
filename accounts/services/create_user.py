"""Staff open an account for somebody."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.services.rules import (
    check_fields,
    email_problems,
    email_taken,
    password_problems,
    raise_problems,
    username_problems,
)
from accounts.services.staff import store_user
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class NewUser:
    """`is_admin`: somebody who may do everything in the admin."""

    email: str
    password: str
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    is_admin: bool = False


def create_user(new: NewUser, *, actor: User) -> User:
    """Make the account; its address is not proved by that. Raises InvalidInput by field, Forbidden by rank."""
    raise_problems(
        {
            "email": email_problems(new.email.strip().lower()),
            "username": username_problems(new.username) if new.username else [],
            "password": password_problems(new.password),
        }
    )
    user = User.objects.build_user(
        new.email,
        username=new.username,
        first_name=new.first_name.strip(),
        last_name=new.last_name.strip(),
        phone=new.phone.strip(),
        is_staff=new.is_admin,
        is_superuser=new.is_admin,
        password=make_password(new.password),
    )
    check_fields(user, ("first_name", "last_name", "phone"))
    return _create(user, actor)


@transactional
def _create(user: User, actor: User) -> User:
    if email_taken(user.email):
        raise InvalidInput(_("There is an account with this address."), field="email", code="email_taken")
    store_user(user, actor=actor)
    return user
