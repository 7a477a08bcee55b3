"""Gift cards: a balance and the ledger that explains it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.common.fields import CodeField, MoneyField, at_least


class GiftCard(models.Model):
    """The code itself is shown once; here are its hash and last four characters."""

    code_hash = CodeField(max_length=64, unique=True, editable=False)
    last_four = CodeField(_("ends in"), max_length=4)
    balance = MoneyField(_("balance"))
    currency = CodeField(_("currency"), max_length=3)
    expires_at = models.DateTimeField(_("valid until"), null=True, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("gift card")
        verbose_name_plural = _("gift cards")
        constraints: ClassVar = [at_least("balance", 0, name="gift_card_balance_not_negative")]

    def __str__(self) -> str:
        return f"…{self.last_four}"


class GiftCardEntry(models.Model):
    """Append-only: a card's entries sum to its balance. Once an order and kind."""

    card = models.ForeignKey(GiftCard, on_delete=models.PROTECT, related_name="entries")
    amount = models.DecimalField(_("amount"), max_digits=14, decimal_places=3)
    kind = CodeField(_("kind"), max_length=10)
    reference = CodeField(_("reference"), max_length=64)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("gift card entry")
        verbose_name_plural = _("gift card entries")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["card", "kind", "reference"], name="gift_card_entry_once")
        ]

    def __str__(self) -> str:
        return self.reference
