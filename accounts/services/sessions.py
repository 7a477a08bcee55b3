"""Ending sessions, and with them tokens."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.utils import timezone

from accounts.models import TokenFamily, User
from shop.common.errors import NotFound
from shop.common.ids import new_public_id
from shop.common.unit import transactional


def end_sessions(user: User) -> None:
    """A step: every session and token of this person ends with its next request, wherever it is.

    Both carry a hash of the password and of this salt; neither may be the old one. The
    caller saves `password` and `session_salt` together.
    """
    user.session_salt = new_public_id()
    UserSession.objects.filter(user=user).delete()


def end_what_was_set_up(user: User) -> None:
    """A step: nothing an earlier holder made is left to whoever proves the address. The caller saves `session_salt`."""
    user.addresses.all().delete()
    Authenticator.objects.filter(user=user).delete()
    SocialAccount.objects.filter(user=user).delete()
    end_sessions(user)


@transactional
def sign_out_everywhere(*, user: User, keep_family: str = "") -> User:
    """End every session and token but those of the family `keep_family`. The caller renews its own session."""
    locked = User.objects.select_for_update().get(pk=user.pk)
    end_sessions(locked)
    locked.save(update_fields=["session_salt"])
    TokenFamily.objects.filter(user=locked, revoked_at=None).exclude(public_id=keep_family).update(
        revoked_at=timezone.now()
    )
    return locked


@transactional
def end_session(*, user: User, session_id: int) -> None:
    """End one browser's session. Raises NotFound for anybody else's."""
    session = UserSession.objects.filter(user=user, pk=session_id).first()
    if session is None:
        raise NotFound
    session.end()


@transactional
def end_api_sign_in(*, user: User, public_id: str) -> None:
    """End one sign-in by the API. Raises NotFound for anybody else's."""
    own = TokenFamily.objects.filter(user=user, public_id=public_id, revoked_at=None)
    if not own.update(revoked_at=timezone.now()):
        raise NotFound
