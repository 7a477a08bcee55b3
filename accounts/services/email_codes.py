"""Six-digit codes by e-mail: made, tried and used in one place, for pages and API."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import CodePurpose, EmailCode, User
from accounts.models.user import normalise_email
from accounts.selectors.codes import digits_of
from accounts.services.mails import mail_code
from shop.api.limits import count_try
from shop.common.errors import InvalidInput
from shop.common.ids import tokens_equal
from shop.common.unit import transactional

LIFETIME = timedelta(minutes=10)
TRIES = 5


class WrongCode(InvalidInput):
    """Wrong, used, too old, tried too often or never sent: told as one, so that guessing teaches nothing."""

    code = "invalid_code"
    default_message = _("This code is not right, or too old. Check the newest mail, or ask for another code.")

    def __init__(self) -> None:
        super().__init__(field="code")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """`digits` as typed, for the newest code sent to `email`; `browser` names the session that asked for it."""

    purpose: CodePurpose
    email: str
    digits: str
    browser: str = ""


def issue_code(
    *, user: User, purpose: CodePurpose, browser: str = "", email: str = "", asked_by: str = ""
) -> EmailCode:
    """A step: a new code for this person's address, or for the `email` given, mailed after the commit.

    Older ones for the same purpose and session stop working.
    """
    code = EmailCode.objects.create(
        user=user,
        purpose=purpose,
        email=email or user.email,
        browser=browser,
        asked_by=asked_by,
        expires_at=timezone.now() + LIFETIME,
    )
    mail_code(code)
    return code


def check_code(guess: Guess) -> EmailCode:
    """The code this guess is right for; the verb that asked then calls `use_code` in its own unit.

    Opens a unit of its own first: a wrong guess stays counted. Raises WrongCode, and TooManyRequests
    after the day's tries for that address.
    """
    count_try("code", normalise_email(guess.email), "code_tries_account")
    code = _take_try(guess)
    if code is None or not tokens_equal(digits_of(code), re.sub(r"[\s-]", "", guess.digits)):
        raise WrongCode
    return code


def use_code(code: EmailCode) -> None:
    """A step: use it up. Raises WrongCode when another request was first."""
    if not EmailCode.objects.filter(pk=code.pk, used_at=None).update(used_at=timezone.now()):
        raise WrongCode


@transactional
def _take_try(guess: Guess) -> EmailCode | None:
    """The newest code with one try fewer, or None when it allows none. Counted by the UPDATE itself."""
    codes = EmailCode.objects.filter(
        email=normalise_email(guess.email), purpose=guess.purpose, browser=guess.browser, user__is_active=True
    )
    code = codes.select_related("user").order_by("-id").first()
    if code is None:
        return None
    live = EmailCode.objects.filter(pk=code.pk, used_at=None, expires_at__gt=timezone.now(), tries__lt=TRIES)
    return code if live.update(tries=F("tries") + 1) else None
