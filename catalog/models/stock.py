"""Stock, what is held in carts, and the ledger of every change.

Only catalog/services/stock.py and catalog/services/holds.py write these tables.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.variant import Variant
from shop.common.fields import CodeField, at_least

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Stock(models.Model):
    """Counters of one variant; `available` = on hand − held − committed.

    `edit_version` counts what staff and parcels change: units on hand and how they are counted, never holds and
    orders. Signed columns on purpose: MariaDB refuses to subtract unsigned ones below zero even within a
    comparison. `refused_at` is when somebody last asked for more than there was. It is never empty: a row that
    grows by an UPDATE is moved by InnoDB together with everyone who waits for it, which takes a crowd minutes.
    """

    variant = models.OneToOneField(Variant, primary_key=True, on_delete=models.CASCADE, related_name="stock")
    on_hand = models.IntegerField(_("on hand"), default=0)
    held = models.IntegerField(_("held in carts"), default=0)
    committed = models.IntegerField(_("ordered, not shipped"), default=0)
    tracked = models.BooleanField(_("counted"), default=True)
    allow_backorder = models.BooleanField(_("may be ordered when sold out"), default=False)
    low_at = models.IntegerField(_("low from"), null=True, blank=True)
    edit_version = models.IntegerField(default=1, editable=False)
    refused_at = models.DateTimeField(default=NEVER, editable=False)

    class Meta:
        verbose_name = _("stock")
        verbose_name_plural = _("stock")
        constraints: ClassVar = [
            at_least("on_hand", 0, name="stock_on_hand_not_negative"),
            at_least("held", 0, name="stock_held_not_negative"),
            at_least("committed", 0, name="stock_committed_not_negative"),
            models.CheckConstraint(
                condition=Q(allow_backorder=True) | Q(tracked=False) | Q(on_hand__gte=F("held") + F("committed")),
                name="stock_not_oversold",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on_hand} on hand, {self.held} held, {self.committed} committed"

    @property
    def available(self) -> int:
        return self.on_hand - self.held - self.committed

    @property
    def is_unlimited(self) -> bool:
        """Whether more can be sold than there is."""
        return self.allow_backorder or not self.tracked


class StockHold(models.Model):
    """Units of a variant kept for one cart until `expires_at`.

    `owner` (the cart) and `reference` (its line) are opaque here: the catalogue does not know carts.
    A row whose `quantity` is 0 has ended; it stays a while, because the same cart may not keep for
    ever what others want, nor by taking it out and putting it in again.
    """

    reference = CodeField(max_length=64)
    owner = CodeField(max_length=64)
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="holds")
    quantity = models.IntegerField()
    started_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    client_address = CodeField(max_length=45, blank=True)
    is_guest = models.BooleanField(default=True)

    class Meta:
        verbose_name = _("hold")
        verbose_name_plural = _("holds")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["owner", "variant"], name="hold_once"),
            at_least("quantity", 0, name="hold_quantity_not_negative"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["variant", "expires_at"], name="hold_variant_expires"),
            models.Index(fields=["expires_at"], name="hold_expires"),
            models.Index(fields=["client_address", "expires_at"], name="hold_address"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} of {self.variant_id} until {self.expires_at:%H:%M}"


class MovementKind(models.TextChoices):
    RECEIVE = "receive", _("received")
    ADJUST = "adjust", _("adjusted")
    HOLD = "hold", _("held")
    RELEASE = "release", _("released")
    EXPIRE = "expire", _("hold ended")
    COMMIT = "commit", _("ordered")
    UNCOMMIT = "uncommit", _("order cancelled")
    SHIP = "ship", _("shipped")
    RETURN = "return", _("returned")


class StockMovement(models.Model):
    """One change, append-only: the sums of a variant's rows are its counters (`manage.py check_stock`)."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="movements")
    kind = CodeField(_("kind"), max_length=10, choices=MovementKind.choices)
    on_hand_change = models.IntegerField(_("on hand"), default=0)
    held_change = models.IntegerField(_("held"), default=0)
    committed_change = models.IntegerField(_("committed"), default=0)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    reference = CodeField(_("reference"), max_length=64, blank=True)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("stock movement")
        verbose_name_plural = _("stock movements")
        ordering: ClassVar = ["-id"]
        indexes: ClassVar = [
            models.Index(fields=["variant", "id"], name="movement_variant"),
            models.Index(fields=["reference"], name="movement_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.variant_id}"
