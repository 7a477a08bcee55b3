"""Setting up and giving up what signing in asks for beside the password. Everything here wants the password first."""

from __future__ import annotations

import base64
import secrets
import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors.factors import SECOND, factors_of
from accounts.selectors.totp import matching_step
from accounts.services.email_codes import WrongCode
from accounts.services.mails import mail_factors_changed
from shop.common.errors import Conflict, NotFound
from shop.common.unit import transactional

SECRET_BYTES = 20
SEED_BYTES = 40


def new_app_secret() -> str:
    """A key for an authenticator app, base 32."""
    return base64.b32encode(secrets.token_bytes(SECRET_BYTES)).decode()


@transactional
def add_app(*, user: User, secret: str, code: str) -> list[str]:
    """Set up an authenticator app by the first code it shows. Returns new recovery codes, if there were none.

    Raises WrongCode, and Conflict when there is an app already.
    """
    step = check_first_code(secret, code)
    lock_person(user)
    if factors_of(user.pk).filter(type=Authenticator.Type.TOTP).exists():
        raise Conflict(_("There is an authenticator app already. Remove it first."))
    data = {"secret": get_adapter().encrypt(secret), "last_step": step}
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data=data)
    mail_factors_changed(user)
    return recovery_codes_if_new(user)


def check_first_code(secret: str, code: str) -> int:
    """The step of time this code of a new app is for. Raises WrongCode."""
    step = matching_step(secret, tidy_code(code), now=time.time())
    if step is None:
        raise WrongCode
    return step


@transactional
def remove_factor(*, user: User, factor_id: int) -> None:
    """Give up an app or a passkey; recovery codes go with the last. Raises NotFound."""
    lock_person(user)
    factor = factors_of(user.pk).filter(pk=factor_id, type__in=SECOND).first()
    if factor is None:
        raise NotFound
    factor.delete()
    if not factors_of(user.pk).filter(type__in=SECOND).exists():
        factors_of(user.pk).delete()
    mail_factors_changed(user)


@transactional
def renew_recovery_codes(*, user: User) -> list[str]:
    """Ten new recovery codes; the old ones are good no more. Raises NotFound without a second factor."""
    lock_person(user)
    if not factors_of(user.pk).filter(type__in=SECOND).exists():
        raise NotFound
    factors_of(user.pk).filter(type=Authenticator.Type.RECOVERY_CODES).delete()
    mail_factors_changed(user)
    return recovery_codes_if_new(user)


def recovery_codes_if_new(user: User) -> list[str]:
    """A step: recovery codes for somebody who has none; else nothing, since codes are shown once."""
    if factors_of(user.pk).filter(type=Authenticator.Type.RECOVERY_CODES).exists():
        return []
    data = {"seed": get_adapter().encrypt(secrets.token_hex(SEED_BYTES)), "used_mask": 0}
    codes = Authenticator.objects.create(user=user, type=Authenticator.Type.RECOVERY_CODES, data=data)
    made: list[str] = codes.wrap().generate_codes()
    return made


def lock_person(user: User) -> None:
    """A step: one change of a person's factors at a time. MariaDB has no unique index with a condition."""
    User.objects.select_for_update().get(pk=user.pk)


def tidy_code(code: str) -> str:
    """Digits as typed: apps show them in groups."""
    return "".join(code.split()).replace("-", "")
