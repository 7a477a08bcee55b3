"""Tokens for the API: given at sign-in, renewed by spending, ended.

The access token is a short-lived JWT. The refresh token is random, good once; who uses it again later
than a client that lost an answer would, was not the client: the whole family ends.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import jwt
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import RefreshToken, TokenFamily, User
from accounts.selectors.tokens import ALGORITHM, lives, signing_key
from shop.common.errors import ShopError
from shop.common.ids import new_public_id, new_token, token_hash
from shop.common.unit import transactional

GRACE = timedelta(seconds=10)


class InvalidToken(ShopError):
    """Unknown, expired, revoked or ended: told as one."""

    code = "invalid_token"
    status = 401
    default_message = _("This token is not good, or no longer. Sign in again.")


class RefreshSpent(ShopError):
    code = "refresh_spent"
    status = 401
    default_message = _("This refresh token was used before. Use the newest one.")


@dataclass(frozen=True, kw_only=True)
class TokenPair:
    """`expires_in` is the access token's life in seconds. Neither token can be read again later."""

    user: User
    access_token: str
    refresh_token: str
    expires_in: int


@transactional
def issue_tokens(user: User) -> TokenPair:
    """A new family for `user` as they were when their password was checked: changed since, it is born dead."""
    family = TokenFamily.objects.create(user=user, session_hash=user.get_session_auth_hash())
    return _new_pair(family)


def refresh_tokens(refresh_token: str) -> TokenPair:
    """Spend the token for a new pair. Raises InvalidToken and RefreshSpent.

    Of many parallel tries one succeeds. The refusal is raised outside of the unit, which may have
    ended the family.
    """
    pair = _refresh(token_hash(refresh_token))
    if pair is None:
        raise RefreshSpent
    return pair


@transactional
def revoke_family(public_id: str) -> None:
    """End one sign-in: its access and refresh tokens are good no more."""
    TokenFamily.objects.filter(public_id=public_id, revoked_at=None).update(revoked_at=timezone.now())


def keep_tokens(user: User, family_public_id: str) -> None:
    """A step, after the user's sessions were ended: this family alone goes on."""
    own = TokenFamily.objects.filter(public_id=family_public_id, user=user)
    own.update(session_hash=user.get_session_auth_hash())


@transactional
def forget_expired_tokens() -> int:
    """Remove refresh tokens that no longer matter, and families that have none left. Returns how many."""
    deleted, _by_model = RefreshToken.objects.filter(expires_at__lt=timezone.now()).delete()
    TokenFamily.objects.filter(refresh_tokens=None).delete()
    return deleted


@transactional
def _refresh(digest: str) -> TokenPair | None:
    """None when the token was spent before."""
    token = RefreshToken.objects.select_related("family__user").filter(digest=digest).first()
    now = timezone.now()
    if token is None or token.expires_at <= now or not lives(token.family):
        raise InvalidToken
    if RefreshToken.objects.filter(pk=token.pk, spent_at=None).update(spent_at=now):
        return _new_pair(token.family)
    if RefreshToken.objects.filter(pk=token.pk, spent_at__lt=now - GRACE).exists():
        TokenFamily.objects.filter(pk=token.family_id).update(revoked_at=now)
    return None


def _new_pair(family: TokenFamily) -> TokenPair:
    now = timezone.now()
    refresh_token = new_token()
    lifetime = timedelta(days=settings.SHOP_REFRESH_TOKEN_DAYS)
    RefreshToken.objects.create(family=family, digest=token_hash(refresh_token), expires_at=now + lifetime)
    expires_in = settings.SHOP_ACCESS_TOKEN_MINUTES * 60
    claims = {
        "sub": str(family.user_id),
        "fam": family.public_id,
        "jti": new_public_id(),
        "iat": now,
        "exp": now + timedelta(seconds=expires_in),
    }
    access_token = jwt.encode(claims, signing_key(settings.SECRET_KEY), algorithm=ALGORITHM)
    return TokenPair(user=family.user, access_token=access_token, refresh_token=refresh_token, expires_in=expires_in)
