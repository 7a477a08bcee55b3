"""Ending sessions, and with them tokens."""

from __future__ import annotations

from accounts.models import User
from shop.common.ids import new_public_id


def end_sessions(user: User) -> None:
    """A step: every session and token of this person ends with its next request, wherever it is.

    Both carry a hash of the password and of this salt; neither may be the old one. The
    caller saves `password` and `session_salt` together.
    """
    user.session_salt = new_public_id()


def end_what_was_set_up(user: User) -> None:
    """A step: nothing an earlier holder made is left to whoever proves the address. The caller saves `session_salt`."""
    user.addresses.all().delete()
    end_sessions(user)
