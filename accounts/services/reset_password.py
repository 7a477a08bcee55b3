"""A new password for somebody who forgot theirs, by a code sent to their address."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from accounts.models import CodePurpose, EmailCode, User
from accounts.models.user import normalise_email
from accounts.services.change_password import set_password_hash
from accounts.services.email_codes import Guess, WrongCode, check_code, issue_code, use_code
from accounts.services.mails import SOON, mail_password_changed
from accounts.services.proved import address_is_proved, take_over_unproved
from accounts.services.rules import email_problems, password_problems, raise_problems
from shop.api.limits import count_try
from shop.common.unit import transactional
from shop.tasks.queue import shop_task


def request_reset(*, email: str, browser: str) -> None:
    """Ask for a code for this address, good in the session named `browser` only.

    Whether there is an account is found out later, by the task: neither the answer nor its time
    tells. Raises InvalidInput for what is no address, and TooManyRequests.
    """
    raise_problems({"email": email_problems(email)})
    count_try("code-mail", normalise_email(email), "code_mail_account")
    _queue(normalise_email(email), browser)


@transactional
def issue_reset_code(*, email: str, browser: str) -> None:
    """A code for the account in use with this address, if there is one."""
    user = User.objects.filter(email=email, is_active=True).first()
    if user is not None:
        issue_code(user=user, purpose=CodePurpose.RESET_PASSWORD, browser=browser)


@shop_task(priority=SOON)
def answer_reset_request(email: str, browser: str) -> None:
    issue_reset_code(email=email, browser=browser)


def reset_password(*, email: str, browser: str, digits: str, new_password: str) -> None:
    """Set a new password by the code from the mail; all sessions end and the owner is told.

    The code proves the address. If nobody had proved it before, the account may have been opened
    by somebody else, so what they set up goes. Raises InvalidInput by field, and TooManyRequests.
    """
    raise_problems({"new_password": password_problems(new_password)})
    code = check_code(Guess(purpose=CodePurpose.RESET_PASSWORD, email=email, digits=digits, browser=browser))
    _reset(code, make_password(new_password))


@transactional
def _queue(email: str, browser: str) -> None:
    answer_reset_request.enqueue(email=email, browser=browser)


@transactional
def _reset(code: EmailCode, password: str) -> None:
    use_code(code)
    user = User.objects.select_for_update().get(pk=code.user_id)
    if user.email != code.email:
        raise WrongCode
    if not user.is_verified:
        take_over_unproved(user)
    set_password_hash(user, password)
    mail_password_changed(user)
    address_is_proved(user)
