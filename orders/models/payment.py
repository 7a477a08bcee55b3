"""Payments, what gateways tell us, and refunds."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from orders.models.order import Order, OrderLine
from shop.common.fields import CodeField, MoneyField, at_least
from shop.common.ids import new_public_id


class PaymentState(models.TextChoices):
    PENDING = "pending", _("started")
    REQUIRES_ACTION = "requires_action", _("waiting for the customer")
    PROCESSING = "processing", _("waiting for the bank")
    AUTHORISED = "authorised", _("authorised")
    CAPTURED = "captured", _("paid")
    FAILED = "failed", _("declined")
    VOIDED = "voided", _("voided")


class Payment(models.Model):
    """One try to pay an order. `gateway_key` is sent along, so that a repeat charges nothing twice."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="payments")
    gateway = CodeField(_("gateway"), max_length=20)
    state = CodeField(_("state"), max_length=20, choices=PaymentState.choices, default=PaymentState.PENDING)
    amount = MoneyField(_("amount"))
    captured = MoneyField(_("captured"), default=Decimal(0))
    refunded = MoneyField(_("refunded"), default=Decimal(0))
    currency = CodeField(_("currency"), max_length=3)
    gateway_reference = CodeField(_("reference at the gateway"), max_length=255, null=True, blank=True)
    gateway_key = CodeField(max_length=64, unique=True, default=new_public_id, editable=False)
    next_action = models.JSONField(null=True)
    error_code = CodeField(_("error"), max_length=60, blank=True)
    error_message = models.CharField(_("what the gateway said"), max_length=300, blank=True)
    created_at = models.DateTimeField(_("started"), default=timezone.now)
    updated_at = models.DateTimeField(default=timezone.now)
    checked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("payment")
        verbose_name_plural = _("payments")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["gateway", "gateway_reference"], name="payment_reference_once"),
            at_least("amount", 0, name="payment_amount_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded__gte=0) & Q(refunded__lte=F("captured")), name="payment_refund_within_captured"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "updated_at"], name="payment_state")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.amount} {self.currency}"


class GatewayEvent(models.Model):
    """A message of a gateway: stored under its own id first, applied once afterwards."""

    gateway = CodeField(max_length=20)
    event_id = CodeField(max_length=255)
    kind = CodeField(max_length=80)
    gateway_reference = CodeField(max_length=255, blank=True)
    payload = models.JSONField()
    received_at = models.DateTimeField(default=timezone.now)
    applied_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["gateway", "event_id"], name="gateway_event_once")]
        indexes: ClassVar = [
            models.Index(fields=["applied_at", "received_at"], name="gateway_event_applied"),
            models.Index(fields=["gateway", "gateway_reference"], name="gateway_event_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.kind}"


class RefundState(models.TextChoices):
    PENDING = "pending", _("started")
    SUCCEEDED = "succeeded", _("refunded")
    FAILED = "failed", _("failed")


class Refund(models.Model):
    """Money given back. The amount is taken from what may be refunded before the gateway is asked."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="refunds")
    payment = models.ForeignKey(Payment, null=True, on_delete=models.PROTECT, related_name="refunds")
    state = CodeField(_("state"), max_length=10, choices=RefundState.choices, default=RefundState.PENDING)
    amount = MoneyField(_("amount"))
    shipping_amount = MoneyField(_("of it shipping"), default=Decimal(0))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    to_gift_card = models.BooleanField(_("as a gift card"), default=False)
    # Not where another mail says that the money goes back: a cancellation's.
    tells_customer = models.BooleanField(_("told the customer"), default=True)
    gateway_reference = CodeField(max_length=255, null=True, blank=True)
    gateway_key = CodeField(max_length=64, unique=True, default=new_public_id, editable=False)
    error_message = models.CharField(_("what the gateway said"), max_length=300, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)
    settled_at = models.DateTimeField(_("settled"), null=True)

    class Meta:
        verbose_name = _("refund")
        verbose_name_plural = _("refunds")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [at_least("amount", 0, name="refund_amount_not_negative")]
        indexes: ClassVar = [models.Index(fields=["state", "created_at"], name="refund_state")]

    def __str__(self) -> str:
        return f"{self.amount}"


class RefundLine(models.Model):
    refund = models.ForeignKey(Refund, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(OrderLine, on_delete=models.CASCADE, related_name="refunds")
    quantity = models.IntegerField()
    amount = MoneyField()
    restocked = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["refund", "line"], name="refund_line_once"),
            at_least("quantity", 0, name="refund_line_quantity_not_negative"),
            at_least("amount", 0, name="refund_line_amount_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.line_id}"
