"""Checking who is at the door: pages, the admin and the API ask here."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import normalise_email
from accounts.services.verify_email import must_verify
from shop.api.limits import count_try
from shop.common.errors import Forbidden, InvalidInput


class WrongCredentials(InvalidInput):
    """Unknown, deactivated or a wrong password: told as one."""

    code = "invalid_credentials"
    status = 401
    default_message = _("E-mail or username and password do not go together. Check both, or ask for a new password.")


class EmailNotVerified(Forbidden):
    """The right password, but verification is mandatory and has not happened. `user` is whose it is."""

    code = "email_not_verified"
    default_message = _("Please confirm your e-mail address first.")

    def __init__(self, user: User) -> None:
        super().__init__()
        self.user = user


def check_sign_in(*, identifier: str, password: str, client_address: str) -> User:
    """The active person with this e-mail or username and password.

    Tries are counted before the password is looked at: an account from one address, and an address
    over all accounts. A stranger elsewhere cannot use up the owner's tries.
    Raises WrongCredentials, EmailNotVerified and TooManyRequests.
    """
    count_try("login", client_address, "login_address")
    count_try(f"login {normalise_email(identifier)}", client_address, "login_account")
    user = authenticate(username=identifier, password=password)
    if user is None:
        raise WrongCredentials
    if must_verify() and not user.is_verified:
        raise EmailNotVerified(user)
    return user
