"""What the API gives between password and second step: who it was, for five minutes."""

from __future__ import annotations

from django.core import signing
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.selectors.factors import has_second_factor
from accounts.services.tokens import InvalidToken
from shop.common.errors import ShopError
from shop.common.ids import token_hash, tokens_equal

SALT = "accounts.mfa_token"
SECONDS = 300


class MfaRequired(ShopError):
    """The right password, and a second step to come. `mfa_token` says whose."""

    code = "mfa_required"
    status = 401
    default_message = _("Send the code of your authenticator app, or a recovery code, to login/mfa.")

    def __init__(self, mfa_token: str) -> None:
        super().__init__()
        self.mfa_token = mfa_token

    def extra(self) -> dict[str, str]:
        return {"mfa_token": self.mfa_token}


def ask_for_second_factor(user: User) -> None:
    """Raises MfaRequired for somebody who set one up."""
    if has_second_factor(user):
        raise MfaRequired(signing.dumps({"user": user.pk, "as": _state(user)}, salt=SALT, compress=True))


def user_of_mfa_token(mfa_token: str) -> User:
    """Who gave the right password. Raises InvalidToken when that is long ago, or sessions have been ended since."""
    try:
        claims = signing.loads(mfa_token, salt=SALT, max_age=SECONDS)
    except signing.BadSignature as error:
        raise InvalidToken from error
    user = User.objects.filter(pk=claims["user"], is_active=True).first()
    if user is None or not tokens_equal(_state(user), claims["as"]):
        raise InvalidToken
    return user


def _state(user: User) -> str:
    return token_hash(user.get_session_auth_hash())
