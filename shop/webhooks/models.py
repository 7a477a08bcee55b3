"""Endpoints, what happened, and how each endpoint was told."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from shop.common.fields import CodeField
from shop.common.ids import new_public_id


class WebhookEndpoint(models.Model):
    """Where other programs listen. The secret signs, so it cannot be a hash: it is encrypted, and shown when made.

    While `previous_until` is to come, messages are signed with the secret before as well.
    """

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    url = models.URLField(_("address"), max_length=500)
    description = models.CharField(_("description"), max_length=200, blank=True)
    events = models.JSONField(_("events"), default=list)
    is_active = models.BooleanField(_("active"), default=True)
    disabled_reason = models.CharField(_("switched off because"), max_length=200, blank=True, editable=False)
    encrypted_secret = CodeField(max_length=255, editable=False)
    encrypted_previous = CodeField(max_length=255, blank=True, editable=False)
    previous_until = models.DateTimeField(_("old secret good until"), null=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering: ClassVar = ["-id"]

    def __str__(self) -> str:
        return self.url


class WebhookEvent(models.Model):
    """Something that happened, as it was then. `public_id` is the `webhook-id` of every message about it."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    kind = CodeField(_("event"), max_length=40)
    data = models.JSONField(_("data"))
    created_at = models.DateTimeField(_("happened"), default=timezone.now)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("events")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["created_at"], name="webhook_event_created")]

    def __str__(self) -> str:
        return self.kind


class DeliveryState(models.TextChoices):
    PENDING = "pending", _("waiting")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")


class WebhookDelivery(models.Model):
    """An event on its way to an endpoint. `next_at` is when it is tried next, `give_up_at` when no more."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    endpoint = models.ForeignKey(
        WebhookEndpoint, verbose_name=_("webhook"), on_delete=models.CASCADE, related_name="deliveries"
    )
    event = models.ForeignKey(
        WebhookEvent, verbose_name=_("event"), on_delete=models.CASCADE, related_name="deliveries"
    )
    state = CodeField(_("state"), max_length=10, choices=DeliveryState.choices, default=DeliveryState.PENDING)
    tries = models.IntegerField(_("tries"), default=0)
    next_at = models.DateTimeField(_("next try"), null=True)
    give_up_at = models.DateTimeField(_("tried until"))
    delivered_at = models.DateTimeField(_("delivered"), null=True)
    created_at = models.DateTimeField(_("created"), default=timezone.now)

    class Meta:
        verbose_name = _("delivery")
        verbose_name_plural = _("deliveries")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [models.Index(fields=["state", "next_at"], name="webhook_delivery_state")]

    def __str__(self) -> str:
        return self.public_id


class WebhookAttempt(models.Model):
    """One try: what came back (its first kilobyte), or why nothing did."""

    delivery = models.ForeignKey(WebhookDelivery, on_delete=models.CASCADE, related_name="attempts")
    status_code = models.IntegerField(_("status"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)
    response = models.TextField(_("answer"), blank=True)
    duration_ms = models.IntegerField(_("milliseconds"), default=0)
    created_at = models.DateTimeField(_("tried"), default=timezone.now)

    class Meta:
        verbose_name = _("attempt")
        verbose_name_plural = _("attempts")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return f"{self.status_code or self.error}"
