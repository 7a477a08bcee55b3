"""Another address for an account, proved by a code sent there."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import CodePurpose, EmailCode, User
from accounts.models.user import normalise_email
from accounts.services.email_codes import Guess, check_code, issue_code, use_code
from accounts.services.mails import mail_address_known, mail_email_changed
from accounts.services.present import check_presence
from accounts.services.proved import address_is_proved
from accounts.services.rules import email_problems, email_taken, raise_problems
from accounts.services.sessions import end_sessions
from accounts.services.tokens import keep_tokens
from shop.api.limits import count_try
from shop.common.errors import InvalidInput
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class EmailChange:
    """`browser` names the session in which alone the code is good, `family` the API sign-in that goes on."""

    new_email: str
    current_password: str
    browser: str = ""
    family: str = ""


def request_email_change(*, user: User, change: EmailChange) -> None:
    """Mail a code to the new address; nothing changes before it is given back.

    An address that has an account gets a mail that says so instead: what is answered here does not tell.
    Raises InvalidInput by field, and TooManyRequests.
    """
    email = normalise_email(change.new_email)
    raise_problems({"new_email": email_problems(email)})
    if email == user.email:
        raise InvalidInput(_("This is your address already."), field="new_email", code="same_email")
    check_presence(user, change.current_password)
    count_try("code-mail", email, "code_mail_account")
    _issue(user, email, change)


def repeat_email_change(*, user: User, email: str, browser: str) -> None:
    """Another mail for a change that was asked for with the password in this very session. Raises TooManyRequests."""
    count_try("code-mail", email, "code_mail_account")
    _repeat(user, email, browser)


def confirm_email_change(*, email: str, digits: str, browser: str = "") -> User:
    """Make the address the account's own. All sessions and tokens end but the one that asked; the old address is told.

    The caller renews the session it came from. Raises WrongCode, TooManyRequests, and InvalidInput when somebody
    took the address meanwhile.
    """
    guess = Guess(purpose=CodePurpose.CHANGE_EMAIL, email=email, digits=digits, browser=browser)
    return _change(check_code(guess))


@transactional
def _issue(user: User, email: str, change: EmailChange) -> None:
    if email_taken(email):
        mail_address_known(email)
        return
    issue_code(user=user, purpose=CodePurpose.CHANGE_EMAIL, email=email, browser=change.browser, asked_by=change.family)


@transactional
def _repeat(user: User, email: str, browser: str) -> None:
    """Whoever asked for an address that has an account gets what they got at first."""
    if email_taken(email):
        mail_address_known(email)
        return
    asked = EmailCode.objects.filter(user=user, purpose=CodePurpose.CHANGE_EMAIL, email=email, browser=browser)
    if asked.filter(used_at=None).exists():
        issue_code(user=user, purpose=CodePurpose.CHANGE_EMAIL, email=email, browser=browser)


@transactional
def _change(code: EmailCode) -> User:
    use_code(code)
    user = User.objects.select_for_update().get(pk=code.user_id)
    if email_taken(code.email, by_other_than=user):
        raise InvalidInput(_("There is an account with this address."), field="code", code="email_taken")
    old, user.email = user.email, code.email
    user.email_verified_at = timezone.now()
    end_sessions(user)
    user.save(update_fields=["email", "email_verified_at", "session_salt"])
    EmailCode.objects.filter(user=user, used_at=None).update(used_at=timezone.now())
    if code.asked_by:
        keep_tokens(user, code.asked_by)
    mail_email_changed(old=old, new=user.email)
    address_is_proved(user)
    return user
