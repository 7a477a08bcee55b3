"""Secrets that must be read again, such as the key of an authenticator app, at rest."""

from __future__ import annotations

import base64

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.utils.crypto import salted_hmac


class CannotDecrypt(Exception):
    """The text was encrypted under a key that is not SECRET_KEY and none of SECRET_KEY_FALLBACKS, or changed since."""


def encrypt(text: str, *, purpose: str) -> str:
    """The text under a key derived from SECRET_KEY for this purpose alone (AES-128-CBC with HMAC, by Fernet)."""
    return _keys(purpose).encrypt(text.encode()).decode()


def decrypt(encrypted: str, *, purpose: str) -> str:
    """What was encrypted for this purpose. Raises CannotDecrypt."""
    try:
        return _keys(purpose).decrypt(encrypted.encode()).decode()
    except InvalidToken as error:
        raise CannotDecrypt from error


def _keys(purpose: str) -> MultiFernet:
    return MultiFernet([_key(secret, purpose) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _key(secret: str, purpose: str) -> Fernet:
    digest = salted_hmac("shop.common.encryption", purpose, secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
