"""What the shop knows about somebody, packed for them."""

from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from shop.common.fields import CodeField
from shop.common.ids import new_public_id


class DataExport(models.Model):
    """A zip asked for by its owner; in the database, since what lies among the pictures is everybody's to fetch."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="data_exports")
    content = models.BinaryField(null=True)
    requested_at = models.DateTimeField(default=timezone.now)
    ready_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("data export")
        verbose_name_plural = _("data exports")
        ordering = ("-requested_at", "-id")
        indexes = (models.Index(fields=["requested_at"], name="data_export_requested"),)

    def __str__(self) -> str:
        return self.public_id
