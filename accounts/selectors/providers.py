"""Where else people may sign in from, and what of that somebody connected."""

from __future__ import annotations

from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings

NAMES = {"google": "Google", "github": "GitHub"}


@dataclass(frozen=True, kw_only=True)
class Provider:
    id: str
    name: str


def active_providers() -> list[Provider]:
    """Those whose keys are set."""
    return [Provider(id=name, name=NAMES[name]) for name in settings.SHOP_PROVIDERS]


def connections_of(user_id: int) -> list[tuple[Provider, SocialAccount]]:
    """What opens this account from elsewhere, the oldest first."""
    found = SocialAccount.objects.filter(user_id=user_id, provider__in=NAMES).order_by("pk")
    return [(Provider(id=one.provider, name=NAMES[one.provider]), one) for one in found]
