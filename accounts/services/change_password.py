"""A new password for somebody who knows the present one."""

from __future__ import annotations

from django.contrib.auth.hashers import make_password

from accounts.models import User
from accounts.services.mails import mail_password_changed
from accounts.services.present import WrongPassword, check_presence
from accounts.services.rules import password_problems, raise_problems
from accounts.services.sessions import end_sessions
from accounts.services.tokens import keep_tokens
from shop.common.unit import transactional


def change_password(*, user: User, current_password: str, new_password: str, keep_family: str = "") -> User:
    """Set it, end all sessions and tokens, tell the owner by mail. The caller renews the session it came from.

    Tokens of the family `keep_family` (its public id) go on: the owner's app asked for this.

    Raises InvalidInput by field, and TooManyRequests for guesses at the present password.
    """
    raise_problems({"new_password": password_problems(new_password)})
    check_presence(user, current_password)
    return _change(user, password=make_password(new_password), keep_family=keep_family)


@transactional
def _change(checked: User, *, password: str, keep_family: str) -> User:
    user = User.objects.select_for_update().get(pk=checked.pk)
    if user.password != checked.password:
        raise WrongPassword
    set_password_hash(user, password)
    if keep_family:
        keep_tokens(user, keep_family)
    mail_password_changed(user)
    return user


def set_password_hash(user: User, password: str) -> None:
    """A step: store an already hashed password and end every session."""
    user.password = password
    end_sessions(user)
    user.save(update_fields=["password", "session_salt"])
