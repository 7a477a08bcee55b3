"""Where somebody is signed in: browsers, and programs that use the API."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import TokenFamily, User
from accounts.selectors.tokens import lives

MOST_SHOWN = 50


def sessions_of(user_id: int) -> QuerySet[UserSession]:
    """Browsers, the last one first."""
    sessions: QuerySet[UserSession] = UserSession.objects.filter(user_id=user_id)
    return sessions.order_by("-last_seen_at", "-pk")[:MOST_SHOWN]


def api_sign_ins_of(user: User) -> list[TokenFamily]:
    """Sign-ins by the API that can go on, the last one first."""
    going_on = TokenFamily.objects.filter(
        user=user, revoked_at=None, refresh_tokens__spent_at=None, refresh_tokens__expires_at__gt=timezone.now()
    )
    families = going_on.select_related("user").distinct().order_by("-created_at")[:MOST_SHOWN]
    return [family for family in families if lives(family)]
