"""Keys of programs: a till, a warehouse, a price import. Each may do what its role may."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.models import Group
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from shop.common.fields import CodeField
from shop.common.ids import new_public_id


class ApiKey(models.Model):
    """Only the hash of a key is stored; `hint` is how it begins. It may what `group` may, and no more.

    It ends when revoked, when it expires, and with the person who made it: they have seen it.
    """

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    name = models.CharField(_("name"), max_length=80, help_text=_("What uses it: “Till in the shop”."))
    hint = CodeField(_("begins with"), max_length=12, editable=False)
    digest = CodeField(max_length=64, unique=True, editable=False)
    group = models.ForeignKey(
        Group,
        verbose_name=_("role"),
        on_delete=models.CASCADE,
        related_name="api_keys",
        help_text=_("The key may do what this role may, and nothing else."),
    )
    created_by = models.ForeignKey(
        User, verbose_name=_("made by"), on_delete=models.CASCADE, related_name="api_keys", editable=False
    )
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("expires"), null=True, blank=True, help_text=_("Empty: never."))
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True, editable=False)
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("API key")
        verbose_name_plural = _("API keys")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.name
