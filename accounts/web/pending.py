"""What a guest's session remembers between asking for a code and typing it."""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass

from django.http import HttpRequest

from accounts.models.user import normalise_email
from shop.common.ids import new_token, token_hash

RESET = "accounts.reset"
VERIFY = "accounts.verify"
CHANGE = "accounts.change"
SIGN_IN = "accounts.sign_in"
MAILED = "accounts.mailed"
PAUSE = 60


@dataclass(frozen=True, kw_only=True)
class Pending:
    """`browser` is the hash that binds the code to this session; `then` where to go afterwards."""

    email: str
    browser: str
    then: str = ""


def new_pending(email: str, *, then: str = "") -> Pending:
    return Pending(email=normalise_email(email), browser=token_hash(new_token()), then=then)


def remember_pending(request: HttpRequest, key: str, pending: Pending) -> None:
    """A code is on its way."""
    request.session[key] = asdict(pending)
    remember_mail(request)


def remember_mail(request: HttpRequest) -> None:
    """From now `seconds_to_wait` counts down to the next one."""
    request.session[MAILED] = time.time()


def seconds_to_wait(request: HttpRequest) -> int:
    """How long the page suggests to wait for the mail before asking for another; the limit itself is the service's."""
    mailed: float = request.session.get(MAILED, 0)
    waited = time.time() - mailed
    return max(0, round(PAUSE - waited))


def get_pending(request: HttpRequest, key: str) -> Pending | None:
    stored = request.session.get(key)
    return Pending(**stored) if stored else None


def forget_pending(request: HttpRequest, key: str) -> None:
    request.session.pop(key, None)
