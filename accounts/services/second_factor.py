"""The second step of signing in by a code of the authenticator app, or a recovery code. Each is good once."""

from __future__ import annotations

import time

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from accounts.models import User
from accounts.selectors.factors import factors_of
from accounts.selectors.totp import matching_step
from accounts.services.email_codes import WrongCode
from accounts.services.factors import lock_person, tidy_code
from shop.api.limits import count_try
from shop.common.unit import transactional


def check_second_factor(*, user: User, code: str) -> None:
    """Spend the code. Tries are counted before it is looked at. Raises WrongCode and TooManyRequests."""
    count_try("second-factor", str(user.pk), "second_factor_account")
    if not _spend(user, tidy_code(code)):
        raise WrongCode


@transactional
def _spend(user: User, code: str) -> bool:
    lock_person(user)
    factors = {factor.type: factor for factor in factors_of(user.pk)}
    return any(
        factor is not None and spend(factor, code)
        for factor, spend in (
            (factors.get(Authenticator.Type.TOTP), _spend_app_code),
            (factors.get(Authenticator.Type.RECOVERY_CODES), _spend_recovery_code),
        )
    )


def _spend_app_code(app: Authenticator, code: str) -> bool:
    """A step of time is good once, and none before it: whoever looked over a shoulder comes too late."""
    step = matching_step(get_adapter().decrypt(app.data["secret"]), code, now=time.time())
    if step is None or step <= app.data.get("last_step", 0):
        return False
    app.data["last_step"] = step
    app.last_used_at = timezone.now()
    app.save(update_fields=["data", "last_used_at"])
    return True


def _spend_recovery_code(codes: Authenticator, code: str) -> bool:
    right: bool = codes.wrap().validate_code(code)
    return right
