"""Codes and sessions whose time is over."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.utils import timezone

from accounts.models import EmailCode
from shop.common.unit import transactional

# The admin and the mail task look at codes for a while after they ended.
CODES_KEPT = timedelta(days=1)


@transactional
def forget_codes() -> int:
    deleted, _by_model = EmailCode.objects.filter(expires_at__lt=timezone.now() - CODES_KEPT).delete()
    return deleted


@transactional
def forget_sessions() -> int:
    """Sessions that are over, and what the list of sessions says of them."""
    deleted, _by_model = Session.objects.filter(expire_date__lt=timezone.now()).delete()
    UserSession.objects.exclude(session_key__in=Session.objects.values("session_key")).delete()
    return deleted
