"""That the person in front of the screen is the one who signed in: before anything is changed that lets people in.

They give the present password; whoever has none (passkeys, codes, other providers) a code from a mail.
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from accounts.models import CodePurpose, EmailCode, User
from accounts.services.email_codes import Guess, WrongCode, check_code, issue_code, use_code
from shop.api.limits import count_try
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


class WrongPassword(InvalidInput):
    code = "wrong_password"
    default_message = _("This is not your present password.")

    def __init__(self) -> None:
        super().__init__(field="current_password")


def check_presence(user: User, proof: str) -> None:
    """`proof` is the password, or the code that `send_presence_code` mailed, which is used up by that.

    Guesses are counted. Raises InvalidInput at `current_password`, and TooManyRequests.
    """
    count_try("change-password", str(user.pk), "login_account")
    if not user.has_usable_password():
        _check_code(user, proof)
    elif not user.check_password(proof):
        raise WrongPassword


def send_presence_code(user: User) -> None:
    """Mail a code to somebody who has no password. Raises TooManyRequests."""
    if user.has_usable_password():
        return
    count_try("code-mail", user.email, "code_mail_account")
    _issue(user)


def _check_code(user: User, digits: str) -> None:
    try:
        _use(user, check_code(Guess(purpose=CodePurpose.CONFIRM, email=user.email, digits=digits)))
    except WrongCode as error:
        raise InvalidInput(error.message, field="current_password", code=error.code) from error


@transactional
def _issue(user: User) -> None:
    issue_code(user=user, purpose=CodePurpose.CONFIRM)


@transactional
def _use(user: User, code: EmailCode) -> None:
    if code.user_id != user.pk:
        raise WrongCode
    use_code(code)
