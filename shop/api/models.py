"""Tables of the API's own mechanics: stored answers and counted tries."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from shop.common.fields import CodeField


class IdempotencyRecord(models.Model):
    """The answer to a POST that cost money or stock, stored in the same transaction as its effect.

    `scope` is the user or the guest's cart; `fingerprint` the hash of what was asked. While
    `status` is null the request is in progress.
    """

    scope = CodeField(max_length=80)
    key = CodeField(max_length=255)
    fingerprint = CodeField(max_length=64)
    status = models.IntegerField(null=True)
    body = models.JSONField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["scope", "key"], name="idempotency_once")]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="idempotency_created")]

    def __str__(self) -> str:
        return self.key


class RateCounter(models.Model):
    """Tries counted in one window of a limit, where no Redis does it. Keys are hashed."""

    key = CodeField(max_length=80, unique=True)
    count = models.IntegerField(default=0)
    expires_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="rate_expires")]

    def __str__(self) -> str:
        return self.key
