"""Codes of authenticator apps: RFC 6238 with SHA-1, six digits, thirty seconds, as every app knows them."""

from __future__ import annotations

import base64
import hmac
import struct

from shop.common.ids import tokens_equal

PERIOD = 30
DIGITS = 6
# One step to either side: phones and servers disagree by seconds, and typing takes some.
DRIFT = 1


def code_at(secret: str, counter: int) -> str:
    """The six digits for this step of time; `secret` is base 32."""
    key = base64.b32decode(secret, casefold=True)
    digest = hmac.digest(key, struct.pack(">Q", counter), "sha1")
    offset = digest[-1] & 0x0F
    value: int = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f"{value % 10**DIGITS:0{DIGITS}}"


def matching_step(secret: str, code: str, *, now: float) -> int | None:
    """The step of time around `now` (seconds since 1970) whose code this is; None when it is nobody's."""
    present = int(now) // PERIOD
    steps = range(present - DRIFT, present + DRIFT + 1)
    found = [step for step in steps if tokens_equal(code_at(secret, step), code)]
    return found[-1] if found else None
