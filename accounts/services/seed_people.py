"""The people of the demo shop: three to sign in as, and the customers of its past orders."""

from __future__ import annotations

import secrets
import string
from dataclasses import dataclass
from datetime import timedelta

from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.demo.people import CUSTOMERS, SIGN_INS, DemoPerson, DemoSignIn
from accounts.models import Address, User
from accounts.services.roles import Role, set_roles, sync_roles_step
from shop.common.unit import run_in_transaction

# Signing in is off for those nobody is told the password of.
NO_PASSWORD = "!"  # noqa: S105 - Django's mark for "none"


@dataclass(frozen=True, kw_only=True)
class NewSignIn:
    """An account that was made just now. This is the only place its password is ever told."""

    sign_in: DemoSignIn
    password: str


def seed_people() -> list[NewSignIn]:
    """Make the demo people that are not there yet. Returns the new accounts one can sign in to."""
    known = set(User.objects.filter(is_demo=True).values_list("email", flat=True))
    # Hashed before the unit: it is slow, and a retry needs no second password.
    new = [NewSignIn(sign_in=s, password=_password()) for s in SIGN_INS if s.email not in known]
    hashes = {made.sign_in.email: make_password(made.password) for made in new}
    run_in_transaction(lambda: _write(new, hashes, known))
    return new


def demo_customers() -> list[User]:
    """The demo customers in the order of accounts.demo.people."""
    by_email = User.objects.filter(is_demo=True).in_bulk([c.email for c in CUSTOMERS], field_name="email")
    return [by_email[customer.email] for customer in CUSTOMERS if customer.email in by_email]


def _password() -> str:
    """71 bits, in letters and digits: a double click selects it whole."""
    return "".join(secrets.choice(string.ascii_letters + string.digits) for _ in range(12))


def _write(new: list[NewSignIn], hashes: dict[str, str], known: set[str]) -> None:
    for made in new:
        _write_sign_in(made.sign_in, hashes[made.sign_in.email])
    others = {s.email for s in SIGN_INS}
    customers = [c for c in CUSTOMERS if c.email not in known and c.email not in others]
    User.objects.bulk_create([_customer(customer, place) for place, customer in enumerate(customers)])
    _write_addresses()


def _write_sign_in(sign_in: DemoSignIn, password: str) -> None:
    user = User.objects.build_user(
        sign_in.email,
        username=sign_in.username,
        first_name=sign_in.first_name,
        last_name=sign_in.last_name,
        is_staff=sign_in.is_staff,
        is_superuser=sign_in.is_superuser,
        is_demo=True,
        password=password,
        email_verified_at=timezone.now(),
        created_at=timezone.now() - timedelta(days=400),
    )
    user.save()
    if sign_in.is_staff and not sign_in.is_superuser:
        sync_roles_step()
        set_roles(user, [Role.CATALOGUE, Role.FULFILMENT])


def _customer(person: DemoPerson, place: int) -> User:
    return User.objects.build_user(
        person.email,
        first_name=person.first_name,
        last_name=person.last_name,
        phone=person.phone,
        is_demo=True,
        password=NO_PASSWORD,
        email_verified_at=timezone.now(),
        created_at=timezone.now() - timedelta(days=320 - 6 * place),
    )


def _write_addresses() -> None:
    """Everybody's own address, for those who have none."""
    people = {customer.email: customer for customer in CUSTOMERS}
    homeless = User.objects.filter(is_demo=True, email__in=people, addresses=None)
    Address.objects.bulk_create([_address(user, people[user.email]) for user in homeless])


def _address(user: User, person: DemoPerson) -> Address:
    return Address(
        user=user,
        full_name=person.full_name,
        line1=person.line1,
        postcode=person.postcode,
        city=person.city,
        country=person.country,
        phone=person.phone,
        is_default_shipping=True,
        is_default_billing=True,
    )
