"""The six digits of a code, and what it is for."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from accounts.models import CodePurpose, EmailCode
from accounts.models.user import normalise_email

CONFIRMING = (CodePurpose.VERIFY_EMAIL, CodePurpose.CHANGE_EMAIL)


def digits_of(code: EmailCode) -> str:
    """Six digits, derived from the row's seed under the secret key: they are stored nowhere."""
    about = f"{code.purpose}:{code.email}:{code.seed}"
    digest = salted_hmac("accounts.email_code", about, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


def newest_purpose(email: str) -> str:
    """What the newest unused code that was sent to this address, bound to no session, is for; "" without one."""
    codes = EmailCode.objects.filter(email=normalise_email(email), purpose__in=CONFIRMING, browser="", used_at=None)
    return codes.order_by("-id").values_list("purpose", flat=True).first() or ""
