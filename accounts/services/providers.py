"""Signing in by an account elsewhere (Google, GitHub): whose account here that opens, and what is connected.

An address the provider has not confirmed opens nothing and makes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.models.user import normalise_email
from accounts.services.events import emit_customer
from accounts.services.factors import lock_person
from accounts.services.mails import mail_factors_changed
from accounts.services.proved import address_is_proved, take_over_unproved
from accounts.services.rules import email_problems, raise_problems
from accounts.services.sign_in import EmailNotVerified
from accounts.services.verify_email import must_verify
from shop.api.limits import count_try
from shop.common.errors import Conflict, InvalidInput, NotFound
from shop.common.unit import transactional

NAME_LENGTH = 80


class AddressNotConfirmed(InvalidInput):
    """The provider knows no address, or has not seen that it is theirs."""

    code = "provider_address_unconfirmed"
    default_message = _(
        "No confirmed e-mail address came from there. Confirm it there, or sign in here and connect it under Security."
    )


class ConnectFirst(InvalidInput):
    """An account that is to be opened by its own means before it can be connected."""

    code = "connect_first"
    default_message = _("This account is not connected yet. Sign in the usual way, then connect it under Security.")


class AccountClosed(InvalidInput):
    code = "account_closed"
    default_message = _("This account cannot be used. Please write to us.")


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Who somebody is elsewhere. `confirmed`: the provider has seen that the address is theirs."""

    provider: str
    uid: str
    email: str = ""
    confirmed: bool = False
    first_name: str = ""
    last_name: str = ""


def sign_in_by_provider(*, identity: Identity, client_address: str) -> User:
    """Whose account this opens: the one it is connected with; else the one with its confirmed address; else a new one.

    An account whose address nobody had proved may have been opened by somebody else: what they set up goes. Staff
    connect by hand. A second factor is asked for after this. Raises AddressNotConfirmed, ConnectFirst, AccountClosed,
    EmailNotVerified, and TooManyRequests.
    """
    count_try("login", client_address, "login_address")
    if not _connected(identity):
        _check(identity, client_address)
    user = _open(identity)
    if not user.is_active:
        raise AccountClosed
    if must_verify() and not user.is_verified:
        raise EmailNotVerified(user)
    return user


@transactional
def connect_provider(*, user: User, identity: Identity) -> None:
    """From now on that account elsewhere opens this one. Raises Conflict when it opens somebody else's."""
    lock_person(user)
    connection = _connected(identity)
    if connection is None:
        SocialAccount.objects.create(user=user, provider=identity.provider, uid=identity.uid)
        mail_factors_changed(user)
    elif connection.user_id != user.pk:
        raise Conflict(_("That account opens another one here. Disconnect it there first."))


@transactional
def disconnect_provider(*, user: User, connection_id: int) -> None:
    """It opens the account no more. Raises NotFound for anybody else's."""
    lock_person(user)
    connection = SocialAccount.objects.filter(user=user, pk=connection_id).first()
    if connection is None:
        raise NotFound
    connection.delete()
    mail_factors_changed(user)


def _check(identity: Identity, client_address: str) -> None:
    _check_confirmed(identity)
    raise_problems({"email": email_problems(identity.email)})
    if not User.objects.filter(email=normalise_email(identity.email)).exists():
        count_try("register", client_address, "register_address")


def _check_confirmed(identity: Identity) -> None:
    if not identity.email or not identity.confirmed:
        raise AddressNotConfirmed


def _connected(identity: Identity) -> SocialAccount | None:
    connections = SocialAccount.objects.filter(provider=identity.provider, uid=identity.uid)
    found: SocialAccount | None = connections.select_related("user").first()
    return found


@transactional
def _open(identity: Identity) -> User:
    connection = _connected(identity)
    if connection is not None:
        opened: User = connection.user
        return opened
    _check_confirmed(identity)  # again: the connection that was there a moment ago may be gone
    user = User.objects.select_for_update().filter(email=normalise_email(identity.email)).first()
    if user is None:
        user = _new_user(identity)
    elif not user.is_active:
        return user
    else:
        _take_over(user)
    SocialAccount.objects.create(user=user, provider=identity.provider, uid=identity.uid)
    address_is_proved(user)
    return user


def _new_user(identity: Identity) -> User:
    user = User.objects.build_user(
        identity.email,
        first_name=identity.first_name[:NAME_LENGTH],
        last_name=identity.last_name[:NAME_LENGTH],
        email_verified_at=timezone.now(),
    )
    user.set_unusable_password()
    user.save(force_insert=True)
    emit_customer(user)
    return user


def _take_over(user: User) -> None:
    """A step: the account with the address that the provider has seen to be theirs."""
    if user.is_staff:
        raise ConnectFirst
    if not user.is_verified:
        take_over_unproved(user)
    mail_factors_changed(user)
