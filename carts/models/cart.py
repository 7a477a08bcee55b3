"""Carts and their lines."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Variant
from shop.common.fields import CodeField, MoneyField, at_least
from shop.common.ids import new_public_id


class CartStatus(models.TextChoices):
    OPEN = "open", _("open")
    ORDERED = "ordered", _("ordered")
    MERGED = "merged", _("merged")
    CANCELLED = "cancelled", _("order cancelled")


class Cart(models.Model):
    """A guest's cart is known by `public_id` in the session, or by a token of which the hash is here.

    `open_for` is the customer while the cart is open and null afterwards: unique, it lets a customer
    have one open cart only, on databases without partial indexes as well.
    """

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    token_hash = CodeField(max_length=64, unique=True, null=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="carts"
    )
    open_for = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="open_cart"
    )
    status = CodeField(_("status"), max_length=10, choices=CartStatus.choices, default=CartStatus.OPEN)
    email = CodeField(_("e-mail"), max_length=254, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    shipping_method = CodeField(_("shipping method"), max_length=40, blank=True)
    coupon_code = CodeField(_("code"), max_length=40, blank=True)
    vat_number = CodeField(_("VAT number"), max_length=20, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("cart")
        verbose_name_plural = _("carts")
        indexes: ClassVar = [models.Index(fields=["status", "updated_at"], name="cart_status_updated")]

    def __str__(self) -> str:
        return self.public_id

    @property
    def is_open(self) -> bool:
        return self.status == CartStatus.OPEN


class CartLine(models.Model):
    """`price_seen` is the price the shopper last saw, so that a change can be told."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.IntegerField(_("quantity"))
    price_seen = MoneyField()
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cart", "variant"], name="cart_line_once"),
            at_least("quantity", 1, name="cart_line_quantity_positive"),
            at_least("price_seen", 0, name="cart_line_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"


class SavedLine(models.Model):
    """Put aside for later: nothing is held for it."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    cart = models.ForeignKey(Cart, on_delete=models.CASCADE, related_name="saved_lines")
    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="+")
    quantity = models.IntegerField(_("quantity"), default=1)
    saved_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("saved line")
        verbose_name_plural = _("saved lines")
        ordering: ClassVar = ["id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cart", "variant"], name="saved_line_once"),
            at_least("quantity", 1, name="saved_line_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.variant_id}"
