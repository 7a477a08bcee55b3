"""People and addresses for tests. Everything is filled in and can be overridden."""

from __future__ import annotations

import time
from typing import Any

from django.contrib.auth.hashers import make_password
from django.core import mail
from django.utils import timezone
from factory.declarations import LazyAttribute, LazyFunction, Sequence, SubFactory
from factory.django import DjangoModelFactory

from accounts.models import Address, CustomerGroup, User
from accounts.selectors.totp import PERIOD, code_at
from accounts.services.factors import add_app

PASSWORD = "a quiet wall of prints"
_HASHED: dict[str, str] = {}


def hashed(password: str) -> str:
    """One hash a password and run."""
    if password not in _HASHED:
        _HASHED[password] = make_password(password)
    return _HASHED[password]


class CustomerGroupFactory(DjangoModelFactory[CustomerGroup]):
    class Meta:
        model = CustomerGroup

    name = Sequence(lambda n: f"Group {n}")


class UserFactory(DjangoModelFactory[User]):
    """A customer with a verified address who signs in with PASSWORD, or the `password` given."""

    class Meta:
        model = User

    email = Sequence(lambda n: f"person{n}@example.org")
    username = Sequence(lambda n: f"person{n}")
    username_key = LazyAttribute(lambda user: user.username.casefold() if user.username else None)
    first_name = "Ines"
    last_name = "Albrecht"
    email_verified_at = LazyFunction(timezone.now)
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        kwargs["password"] = hashed(kwargs["password"])
        return super()._create(model_class, *args, **kwargs)


class StaffFactory(UserFactory):
    """Somebody who may do everything in the admin."""

    email = Sequence(lambda n: f"staff{n}@example.org")
    username = Sequence(lambda n: f"staff{n}")
    is_staff = True
    is_superuser = True


class AddressFactory(DjangoModelFactory[Address]):
    class Meta:
        model = Address

    user = SubFactory(UserFactory)
    full_name = "Ines Albrecht"
    line1 = "Hafenstraße 12"
    postcode = "20359"
    city = "Hamburg"
    country = "DE"


APP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def give_app(user: User) -> list[str]:
    """Set up an authenticator app for this person; returns the recovery codes."""
    codes = add_app(user=user, secret=APP_SECRET, code=code_at(APP_SECRET, int(time.time()) // PERIOD - 1))
    mail.outbox.clear()
    return codes


def app_code(steps: int = 0) -> str:
    """What that app shows now, or so many half minutes later."""
    return code_at(APP_SECRET, int(time.time()) // PERIOD + steps)
