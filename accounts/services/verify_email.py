"""Proving that an address is one's own."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone

from accounts.models import CodePurpose, EmailCode, User
from accounts.models.user import normalise_email
from accounts.services.email_codes import Guess, WrongCode, check_code, issue_code, use_code
from accounts.services.mails import SOON, mail_address_known
from accounts.services.proved import address_is_proved
from accounts.services.rules import email_problems, raise_problems
from accounts.services.sessions import end_what_was_set_up
from shop.api.limits import count_try
from shop.common.unit import transactional
from shop.tasks.queue import shop_task


def must_verify() -> bool:
    """Whether nobody signs in before their address is verified."""
    return bool(settings.SHOP_EMAIL_VERIFICATION == "mandatory")


def send_verification_code(user: User, *, browser: str = "") -> None:
    """Mail another code to somebody whose address is not verified. Raises TooManyRequests.

    With `browser` it is good in that session only, else in every session of this person.
    """
    if user.is_verified:
        return
    count_try("code-mail", user.email, "code_mail_account")
    _issue(user, browser)


def resend_pending_code(*, email: str, browser: str) -> None:
    """Another mail for somebody who registered and may not sign in before the address is verified.

    Whoever registered with an address that had an account gets what they got at first: a mail that
    says so. Raises TooManyRequests.
    """
    count_try("code-mail", email, "code_mail_account")
    _resend(email, browser)


def request_verification_code(email: str) -> None:
    """Ask for another code by the address alone, good anywhere.

    Whether there is an account is found out later, by the task: neither the answer nor its time
    tells. Raises InvalidInput for what is no address, and TooManyRequests.
    """
    raise_problems({"email": email_problems(email)})
    count_try("code-mail", normalise_email(email), "code_mail_account")
    _queue_request(normalise_email(email))


@shop_task(priority=SOON)
def answer_code_request(email: str) -> None:
    """A code for the account in use with this address, if there is one that needs it."""
    user = User.objects.filter(email=email, is_active=True, email_verified_at=None).first()
    if user is not None and settings.SHOP_EMAIL_VERIFICATION != "off":
        _issue(user, "")


def verify_email(*, email: str, digits: str, browser: str = "", from_elsewhere: bool = False) -> User:
    """Mark the address as verified by the code sent there. Raises WrongCode and TooManyRequests.

    A session that registered the account or knows its password keeps everything. To anybody else, who has
    the code alone (`from_elsewhere`), the account must not come as an earlier holder left it: what they set
    up ends when the address is first verified.
    """
    code = check_code(Guess(purpose=CodePurpose.VERIFY_EMAIL, email=email, digits=digits, browser=browser))
    return _verify(code, from_elsewhere=from_elsewhere)


@transactional
def _queue_request(email: str) -> None:
    answer_code_request.enqueue(email=email)


@transactional
def _issue(user: User, browser: str) -> None:
    issue_code(user=user, purpose=CodePurpose.VERIFY_EMAIL, browser=browser)


@transactional
def _resend(email: str, browser: str) -> None:
    user = User.objects.filter(email=email, is_active=True).first()
    if user is None:
        return
    own = EmailCode.objects.filter(user=user, purpose=CodePurpose.VERIFY_EMAIL, browser=browser)
    if own.exists() and not user.is_verified:
        issue_code(user=user, purpose=CodePurpose.VERIFY_EMAIL, browser=browser)
    else:
        mail_address_known(email)


@transactional
def _verify(code: EmailCode, *, from_elsewhere: bool) -> User:
    use_code(code)
    user = User.objects.select_for_update().get(pk=code.user_id)
    if user.email != code.email:
        raise WrongCode
    if from_elsewhere and not user.is_verified:
        end_what_was_set_up(user)
    user.email_verified_at = user.email_verified_at or timezone.now()
    user.save(update_fields=["email_verified_at", "session_salt"])
    address_is_proved(user)
    return user
