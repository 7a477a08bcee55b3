"""Signing in by a code from the mail instead of the password."""

from __future__ import annotations

from accounts.models import CodePurpose, EmailCode, User
from accounts.models.user import normalise_email
from accounts.services.email_codes import Guess, WrongCode, check_code, issue_code, use_code
from accounts.services.mails import SOON
from accounts.services.proved import address_is_proved, take_over_unproved
from accounts.services.rules import email_problems, raise_problems
from shop.api.limits import count_try
from shop.common.unit import transactional
from shop.tasks.queue import shop_task


def request_sign_in_code(*, email: str, browser: str) -> None:
    """Ask for a code for this address, good in the session named `browser` only.

    Whether there is an account is found out later, by the task. Raises InvalidInput for what is no
    address, and TooManyRequests.
    """
    raise_problems({"email": email_problems(email)})
    count_try("code-mail", normalise_email(email), "code_mail_account")
    _queue(normalise_email(email), browser)


def sign_in_by_code(*, email: str, digits: str, browser: str) -> User:
    """Who may come in by this code; a second factor is asked for after it. Raises WrongCode and TooManyRequests.

    The code proves the address. If nobody had proved it before, what somebody else may have set up goes.
    """
    return _use(check_code(Guess(purpose=CodePurpose.SIGN_IN, email=email, digits=digits, browser=browser)))


@shop_task(priority=SOON)
def answer_sign_in_request(email: str, browser: str) -> None:
    _issue(email, browser)


@transactional
def _queue(email: str, browser: str) -> None:
    answer_sign_in_request.enqueue(email=email, browser=browser)


@transactional
def _issue(email: str, browser: str) -> None:
    user = User.objects.filter(email=email, is_active=True).first()
    if user is not None:
        issue_code(user=user, purpose=CodePurpose.SIGN_IN, browser=browser)


@transactional
def _use(code: EmailCode) -> User:
    use_code(code)
    user = User.objects.select_for_update().get(pk=code.user_id)
    if user.email != code.email:
        raise WrongCode
    if not user.is_verified:
        take_over_unproved(user)
        address_is_proved(user)
    return user
