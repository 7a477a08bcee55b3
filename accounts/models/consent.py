"""What somebody agreed to, in which words and when."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from shop.common.fields import CodeField


class Consent(models.Model):
    """Append-only: withdrawing is a row of its own with `given` false."""

    user = models.ForeignKey(User, null=True, blank=True, on_delete=models.CASCADE, related_name="consents")
    email = CodeField(_("e-mail"), max_length=254)
    kind = CodeField(_("kind"), max_length=40)
    given = models.BooleanField(_("given"))
    text = models.TextField(_("text shown"))
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes: ClassVar = [models.Index(fields=["email", "kind", "created_at"], name="consent_email_kind")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.email}"
