"""What somebody proves themselves with beside the password."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from accounts.models import User

SECOND = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def factors_of(user_id: int) -> QuerySet[Authenticator]:
    """All of this person's, the oldest first; recovery codes are one of them."""
    factors: QuerySet[Authenticator] = Authenticator.objects.filter(user_id=user_id).order_by("pk")
    return factors


def has_second_factor(user: User) -> bool:
    """Whether signing in asks for more than the password."""
    return factors_of(user.pk).filter(type__in=SECOND).exists()


def app_of(user_id: int) -> Authenticator | None:
    """The authenticator app, if one is set up."""
    return factors_of(user_id).filter(type=Authenticator.Type.TOTP).first()


def passkeys_of(user_id: int) -> QuerySet[Authenticator]:
    """This person's, the oldest first."""
    return factors_of(user_id).filter(type=Authenticator.Type.WEBAUTHN)


def recovery_codes_left(user_id: int) -> int:
    """How many recovery codes have not been used."""
    codes = factors_of(user_id).filter(type=Authenticator.Type.RECOVERY_CODES).first()
    return len(codes.wrap().get_unused_codes()) if codes else 0
