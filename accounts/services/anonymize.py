"""An account without a person: nothing in it tells any more whose it was."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import make_password
from django.utils import timezone

from accounts.models import Consent, DataExport, EmailCode, TokenFamily, User
from accounts.services.sessions import end_sessions
from shop.common.ids import new_public_id


def anonymize_account(user: User) -> None:
    """A step: the locked `user` cannot be signed in to again, and its address is free for a new account."""
    for session in UserSession.objects.filter(user=user):
        session.end()
    _delete_what_is_theirs(user)
    user.email = f"closed-{new_public_id().lower()}@closed.invalid"
    user.username = user.username_key = None
    user.first_name = user.last_name = user.phone = ""
    user.password = make_password(None)
    user.is_active = False
    user.group = None
    user.email_verified_at = None
    user.anonymized_at = timezone.now()
    end_sessions(user)
    user.save()


def _delete_what_is_theirs(user: User) -> None:
    Consent.objects.filter(email=user.email).delete()
    for model in (Authenticator, SocialAccount, EmailCode, TokenFamily, DataExport, Consent):
        model.objects.filter(user=user).delete()
    user.addresses.all().delete()
