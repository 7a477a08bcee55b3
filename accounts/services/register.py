"""Opening an account."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.utils.translation import gettext_lazy as _

from accounts.models import CodePurpose, User
from accounts.services.email_codes import issue_code
from accounts.services.events import emit_customer
from accounts.services.mails import mail_address_known
from accounts.services.newsletter import agree_to_newsletter
from accounts.services.rules import (
    check_fields,
    email_problems,
    email_taken,
    password_problems,
    raise_problems,
    username_problems,
    username_taken,
)
from accounts.services.verify_email import must_verify
from shop.api.limits import count_try
from shop.common.errors import InvalidInput, Message
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class Registration:
    """`browser` names the session that registers: under mandatory verification the code is good there only.

    `newsletter`: the words beside the box that they ticked; "" is a no.
    """

    email: str
    password: str
    username: str = ""
    first_name: str = ""
    last_name: str = ""
    phone: str = ""
    browser: str = ""
    newsletter: str = ""


def register_user(registration: Registration, *, client_address: str) -> User | None:
    """Make the account and mail a code for its address, unless SHOP_EMAIL_VERIFICATION is off.

    None when the address has an account already and verification is mandatory: its owner is told by
    mail, and the answer to the visitor must be the same as otherwise. Raises InvalidInput by field,
    and TooManyRequests.
    """
    _check(registration)
    count_try("register", client_address, "register_address")
    # Hashed before the unit: it is slow, costs the same for taken addresses, and a retry needs no second one.
    password = make_password(registration.password)
    return _register(registration, password)


@transactional
def _register(registration: Registration, password: str) -> User | None:
    known = email_taken(registration.email)
    if known and must_verify():
        _raise_if_name_taken(registration, known=False)
        mail_address_known(registration.email)
        return None
    _raise_if_name_taken(registration, known=known)
    user = _new_user(registration)
    user.password = password
    user.save(force_insert=True)
    emit_customer(user)
    if registration.newsletter:
        agree_to_newsletter(user, registration.newsletter)
    if settings.SHOP_EMAIL_VERIFICATION != "off":
        issue_code(user=user, purpose=CodePurpose.VERIFY_EMAIL, browser=registration.browser)
    return user


def _check(registration: Registration) -> None:
    raise_problems(
        {
            "email": email_problems(registration.email),
            "username": username_problems(registration.username),
            "password": password_problems(registration.password),
        }
    )
    check_fields(_new_user(registration), ("first_name", "last_name", "phone"))


def _raise_if_name_taken(registration: Registration, *, known: bool) -> None:
    fields: dict[str, list[Message]] = {}
    if known:
        fields["email"] = [_("There is an account with this address. Sign in, or ask for a new password.")]
    if registration.username and username_taken(registration.username):
        fields["username"] = [_("Somebody has this username. Please choose another.")]
    if fields:
        raise InvalidInput(fields=fields, code="email_taken" if known else "username_taken")


def _new_user(registration: Registration) -> User:
    return User.objects.build_user(
        registration.email,
        username=registration.username,
        first_name=registration.first_name.strip(),
        last_name=registration.last_name.strip(),
        phone=registration.phone.strip(),
    )
