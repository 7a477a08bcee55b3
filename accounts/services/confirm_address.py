"""A code given back with nothing but the address it was sent to: by the API, where no session tells what it is for."""

from __future__ import annotations

from accounts.models import CodePurpose, User
from accounts.selectors.codes import newest_purpose
from accounts.services.change_email import confirm_email_change
from accounts.services.verify_email import verify_email


def confirm_address(*, email: str, digits: str) -> User:
    """Verify a new account's address, or change an account's to it: what the newest code sent there is for.

    Raises WrongCode, TooManyRequests, and InvalidInput when somebody took the address meanwhile.
    """
    if newest_purpose(email) == CodePurpose.CHANGE_EMAIL:
        return confirm_email_change(email=email, digits=digits)
    return verify_email(email=email, digits=digits, from_elsewhere=True)
