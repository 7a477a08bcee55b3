"""Whose access token it is. A signature alone is not enough: the family must live."""

from __future__ import annotations

import jwt
from django.conf import settings
from django.utils.crypto import salted_hmac

from accounts.models import TokenFamily, User
from shop.common.ids import tokens_equal

ALGORITHM = "HS256"
CLAIMS = ["sub", "fam", "jti", "iat", "exp"]
LONGEST = 1000


def signing_key(secret: str) -> bytes:
    """The key for access tokens, derived so that nothing else signed with the secret key can pass for one."""
    return salted_hmac("accounts.access_token", "", secret=secret, algorithm="sha256").digest()


def family_of_access_token(token: str) -> TokenFamily | None:
    """The family of a token that is good now, with its user; None for every other token."""
    claims = _claims(token) if len(token) <= LONGEST else None
    if claims is None:
        return None
    families = TokenFamily.objects.select_related("user")
    family = families.filter(public_id=claims["fam"], revoked_at=None).first()
    if family is None or str(family.user_id) != claims["sub"] or not lives(family):
        return None
    return family


def lives(family: TokenFamily) -> bool:
    """Whether the family's user is active and has ended no sessions since."""
    return family.revoked_at is None and family.user.is_active and _is_hash_of(family.user, family.session_hash)


def _claims(token: str) -> dict[str, str] | None:
    for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS):
        try:
            claims: dict[str, str] = jwt.decode(
                token, signing_key(secret), algorithms=[ALGORITHM], options={"require": CLAIMS}
            )
        except jwt.InvalidTokenError:
            continue
        return claims
    return None


def _is_hash_of(user: User, session_hash: str) -> bool:
    hashes = (user.get_session_auth_hash(), *user.get_session_auth_fallback_hash())
    return any(tokens_equal(session_hash, one) for one in hashes)
