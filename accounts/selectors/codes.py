"""The six digits of a code."""

from __future__ import annotations

from django.utils.crypto import salted_hmac

from accounts.models import EmailCode


def digits_of(code: EmailCode) -> str:
    """Six digits, derived from the row's seed under the secret key: they are stored nowhere."""
    about = f"{code.purpose}:{code.email}:{code.seed}"
    digest = salted_hmac("accounts.email_code", about, algorithm="sha256").digest()
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"
