"""Tokens of the API: a sign-in is a family, within which each refresh token is spent for the next one."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from shop.common.fields import CodeField
from shop.common.ids import new_public_id


class TokenFamily(models.Model):
    """One sign-in by the API. It ends when revoked, and when the user's session hash is no longer `session_hash`."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="token_families")
    session_hash = CodeField(max_length=64)
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("API sign-in")
        verbose_name_plural = _("API sign-ins")

    def __str__(self) -> str:
        return f"API sign-in of user {self.user_id}"


class RefreshToken(models.Model):
    """Only the hash of a token is stored. Spent ones stay until they expire, so that their reuse is noticed."""

    family = models.ForeignKey(TokenFamily, on_delete=models.CASCADE, related_name="refresh_tokens")
    digest = CodeField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    spent_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="refresh_expires")]

    def __str__(self) -> str:
        return f"refresh token of family {self.family_id}"
