"""Six-digit codes sent by e-mail: one table for pages and API."""

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from shop.common.fields import CodeField, at_least
from shop.common.ids import new_token


class CodePurpose(models.TextChoices):
    VERIFY_EMAIL = "verify_email", _("verify e-mail")
    CHANGE_EMAIL = "change_email", _("change e-mail")
    RESET_PASSWORD = "reset_password", _("reset password")
    SIGN_IN = "sign_in", _("sign in")
    CONFIRM = "confirm", _("confirm a change")


class EmailCode(models.Model):
    """A code lives ten minutes, takes five tries and is used once.

    The six digits are in no table: they are an HMAC of `seed` under the secret key (see
    docs/decisions/0010). `email` is where they were sent; for a change of address that is the new
    one. `browser` is a hash that binds the code to the session that asked, where that matters;
    `asked_by` is the API sign-in (its family's public id) that goes on when the rest ends.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="email_codes")
    purpose = CodeField(max_length=20, choices=CodePurpose.choices)
    email = CodeField(max_length=254)
    seed = CodeField(max_length=64, default=new_token, editable=False)
    browser = CodeField(max_length=64, blank=True)
    asked_by = CodeField(max_length=32, blank=True)
    tries = models.IntegerField(default=0)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["user", "purpose", "created_at"], name="code_user_purpose"),
            models.Index(fields=["email", "purpose", "browser"], name="code_email_purpose"),
            models.Index(fields=["expires_at"], name="code_expires"),
        ]
        constraints: ClassVar = [at_least("tries", 0, name="code_tries_not_negative")]

    def __str__(self) -> str:
        return f"{self.purpose} for user {self.user_id}"
