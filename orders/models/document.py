"""Invoices and credit notes, numbered without a gap."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order
from orders.models.payment import Refund
from shop.common.fields import CodeField


class DocumentKind(models.TextChoices):
    INVOICE = "invoice", _("invoice")
    CREDIT_NOTE = "credit_note", _("credit note")


class DocumentSequence(models.Model):
    """The last number given in a series; locked while the next is taken, in the document's own unit."""

    series = CodeField(max_length=20, unique=True)
    last = models.IntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.series}: {self.last}"


class Document(models.Model):
    kind = CodeField(_("kind"), max_length=12, choices=DocumentKind.choices)
    number = CodeField(_("number"), max_length=30, unique=True)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="documents")
    refund = models.OneToOneField(Refund, null=True, blank=True, on_delete=models.PROTECT, related_name="credit_note")
    content = models.JSONField()
    issued_at = models.DateTimeField(_("issued"), default=timezone.now)

    class Meta:
        verbose_name = _("document")
        verbose_name_plural = _("documents")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.number
