"""What recurs with accounts."""

from __future__ import annotations

from accounts.services.tokens import forget_expired_tokens
from shop.tasks.schedule import every


@every(days=1)
def forget_tokens() -> None:
    forget_expired_tokens()
