"""Random public ids. Integer keys of carts, lines, orders and payments never leave the shop."""

from __future__ import annotations

import hashlib
import hmac
import secrets

# Crockford's base 32 without the letters people misread (I, L, O, U).
READABLE = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_public_id() -> str:
    """22 URL-safe characters, 128 bits."""
    return secrets.token_urlsafe(16)


def new_order_number() -> str:
    """Three groups of four readable characters, 60 bits: "7KQ2-M9XD-04TB"."""
    letters = [secrets.choice(READABLE) for _ in range(12)]
    return "-".join("".join(letters[i : i + 4]) for i in (0, 4, 8))


def readable_number(typed: str) -> str:
    """An order number as people type it: small letters, lost hyphens, an O for a zero, an I or L for a one."""
    tidy = "".join(typed.upper().split()).replace("-", "").translate(str.maketrans("OIL", "011"))
    return "-".join(tidy[i : i + 4] for i in range(0, len(tidy), 4))


def new_token() -> str:
    """A bearer secret of 256 bits. Only its `token_hash` is stored."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """SHA-256 in hex: enough for secrets of 256 random bits, which no dictionary can hold."""
    return hashlib.sha256(token.encode()).hexdigest()


def tokens_equal(left: str, right: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(left.encode(), right.encode())
