"""Orders: what was sold, to whom, for how much, as it was at that moment."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import PostalAddress
from carts.models import Cart
from catalog.models import Product, ProductImage, Variant
from shop.common.fields import CodeField, MoneyField, at_least
from shop.common.ids import new_order_number, new_public_id


class OrderStatus(models.TextChoices):
    PENDING = "pending", _("waiting for payment")
    PAID = "paid", _("paid")
    PROCESSING = "processing", _("being prepared")
    SHIPPED = "shipped", _("on its way")
    DELIVERED = "delivered", _("delivered")
    CANCELLED = "cancelled", _("cancelled")
    REFUNDED = "refunded", _("refunded")


class PaymentStatus(models.TextChoices):
    UNPAID = "unpaid", _("unpaid")
    AUTHORISED = "authorised", _("authorised")
    PAID = "paid", _("paid")
    PARTIALLY_REFUNDED = "partially_refunded", _("partly refunded")
    REFUNDED = "refunded", _("refunded")
    FAILED = "failed", _("failed")
    VOIDED = "voided", _("voided")


class FulfilmentStatus(models.TextChoices):
    UNFULFILLED = "unfulfilled", _("not shipped")
    PARTIAL = "partial", _("partly shipped")
    FULFILLED = "fulfilled", _("shipped")
    RETURNED = "returned", _("returned")


class Order(models.Model):
    """`cart` is unique: one cart makes one order at most. `pay_by` is when an unpaid order ends.

    `status` moves only through orders.services.transitions. `steps` explains the total, one entry
    a step. Amounts are in `currency`; `tax` is contained in the total where `prices_include_tax`.
    """

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    number = CodeField(_("number"), max_length=20, unique=True, default=new_order_number, editable=False)
    cart = models.OneToOneField(Cart, null=True, on_delete=models.SET_NULL, related_name="order")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("customer"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="orders",
    )
    email = CodeField(_("e-mail"), max_length=254)
    status = CodeField(_("status"), max_length=12, choices=OrderStatus.choices, default=OrderStatus.PENDING)
    payment_status = CodeField(_("payment"), max_length=20, choices=PaymentStatus.choices, default=PaymentStatus.UNPAID)
    fulfilment_status = CodeField(
        _("fulfilment"), max_length=12, choices=FulfilmentStatus.choices, default=FulfilmentStatus.UNFULFILLED
    )
    currency = CodeField(_("currency"), max_length=3)
    subtotal = MoneyField(_("subtotal"))
    discount = MoneyField(_("discount"), default=Decimal(0))
    shipping = MoneyField(_("shipping"), default=Decimal(0))
    tax = MoneyField(_("tax"), default=Decimal(0))
    total = MoneyField(_("total"))
    captured = MoneyField(_("captured"), default=Decimal(0))
    refunded = MoneyField(_("refunded"), default=Decimal(0))
    prices_include_tax = models.BooleanField(default=True)
    vat_number = CodeField(_("VAT number"), max_length=20, blank=True)
    steps = models.JSONField(default=list, editable=False)
    payment_method = CodeField(_("payment method"), max_length=20)
    shipping_method = CodeField(_("shipping method"), max_length=40)
    shipping_name = models.CharField(_("shipping"), max_length=120)
    promised_from = models.DateField(_("promised from"), null=True)
    promised_to = models.DateField(_("promised by"), null=True)
    promise_kept = models.BooleanField(_("came as promised"), null=True, editable=False)
    note = models.TextField(_("note from the customer"), blank=True)
    cancel_reason = CodeField(_("reason"), max_length=40, blank=True)
    language = CodeField(max_length=10, default="en")
    is_demo = models.BooleanField(default=False, editable=False)
    pay_by = models.DateTimeField(_("pay by"), null=True)
    placed_at = models.DateTimeField(_("placed"), default=timezone.now)
    paid_at = models.DateTimeField(null=True)
    shipped_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("order")
        verbose_name_plural = _("orders")
        ordering: ClassVar = ["-placed_at", "-id"]
        permissions: ClassVar = [("refund_order", "Can refund orders"), ("export_order", "Can export orders")]
        constraints: ClassVar = [
            at_least("subtotal", 0, name="order_subtotal_not_negative"),
            at_least("discount", 0, name="order_discount_not_negative"),
            at_least("shipping", 0, name="order_shipping_not_negative"),
            at_least("tax", 0, name="order_tax_not_negative"),
            at_least("total", 0, name="order_total_not_negative"),
            at_least("refunded", 0, name="order_refunded_not_negative"),
            models.CheckConstraint(condition=Q(refunded__lte=F("captured")), name="order_refund_within_captured"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "placed_at"], name="order_user"),
            models.Index(fields=["email", "placed_at"], name="order_email"),
            models.Index(fields=["status", "placed_at"], name="order_status"),
            models.Index(fields=["status", "pay_by"], name="order_pay_by"),
            models.Index(fields=["placed_at"], name="order_placed"),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def to_pay(self) -> Decimal:
        """What is still to come; a gift card may have paid a part."""
        return max(Decimal(0), self.total - (self.captured - self.refunded))

    def get_absolute_url(self) -> str:
        return reverse("orders:detail", args=[self.number])


class OrderLine(models.Model):
    """A line as sold: later changes of the product leave it alone."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="lines")
    product = models.ForeignKey(Product, null=True, on_delete=models.SET_NULL, related_name="+")
    variant = models.ForeignKey(Variant, null=True, on_delete=models.SET_NULL, related_name="+")
    sku = CodeField(_("SKU"), max_length=64)
    name = models.CharField(_("name"), max_length=200)
    options = models.JSONField(_("options"), default=dict)
    quantity = models.IntegerField(_("quantity"))
    unit_price = MoneyField(_("price"))
    discount = MoneyField(_("discount"), default=Decimal(0))
    line_total = MoneyField(_("total"))
    tax_rate = models.DecimalField(_("tax rate, percent"), max_digits=6, decimal_places=3, default=Decimal(0))
    tax = MoneyField(_("tax"), default=Decimal(0))
    weight_grams = models.IntegerField(default=0)
    shipped_quantity = models.IntegerField(_("shipped"), default=0)
    cancelled_quantity = models.IntegerField(_("cancelled"), default=0)
    returned_quantity = models.IntegerField(_("returned"), default=0)
    position = models.IntegerField(default=0)

    class Meta:
        verbose_name = _("line")
        verbose_name_plural = _("lines")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            at_least("quantity", 1, name="order_line_quantity_positive"),
            at_least("unit_price", 0, name="order_line_price_not_negative"),
            at_least("line_total", 0, name="order_line_total_not_negative"),
            models.CheckConstraint(
                condition=Q(shipped_quantity__gte=0) & Q(shipped_quantity__lte=F("quantity")),
                name="order_line_shipped_within_quantity",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_quantity__gte=0)
                & Q(cancelled_quantity__lte=F("quantity") - F("shipped_quantity")),
                name="order_line_cancelled_within_rest",
            ),
            models.CheckConstraint(
                condition=Q(returned_quantity__gte=0) & Q(returned_quantity__lte=F("quantity")),
                name="order_line_returned_within_quantity",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} × {self.name}"

    @property
    def picture(self) -> ProductImage | None:
        """The variant's, else the product's first; none once both are gone."""
        if self.variant is not None and self.variant.image is not None:
            return self.variant.image
        return self.product.main_image if self.product is not None else None

    @property
    def options_text(self) -> str:
        """What was chosen: "30 × 40 cm, oak"."""
        return ", ".join(str(value) for value in self.options.values())

    @property
    def open_quantity(self) -> int:
        """Ordered, and still to be sent while the order lives."""
        return self.quantity - self.shipped_quantity - self.cancelled_quantity


class OrderAddress(PostalAddress):
    """Where an order goes and who pays it, as it was written then."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="addresses")
    kind = CodeField(max_length=10, choices=[("shipping", _("delivery")), ("billing", _("billing"))])

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        constraints: ClassVar = [models.UniqueConstraint(fields=["order", "kind"], name="order_address_once")]


class OrderEvent(models.Model):
    """The timeline: what happened, who did it; `is_public` entries are shown to the customer."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="events")
    kind = CodeField(_("kind"), max_length=30)
    message = models.CharField(_("what happened"), max_length=500)
    is_public = models.BooleanField(_("shown to the customer"), default=False)
    data = models.JSONField(default=dict)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("by"), null=True, blank=True, on_delete=models.SET_NULL
    )
    created_at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("event")
        verbose_name_plural = _("timeline")
        ordering: ClassVar = ["created_at", "id"]
        indexes: ClassVar = [models.Index(fields=["order", "created_at"], name="order_event_order")]

    def __str__(self) -> str:
        return self.message


class OrderToken(models.Model):
    """Lets a guest see their order: 256 bits, hashed, 90 days."""

    order = models.ForeignKey(Order, on_delete=models.CASCADE, related_name="tokens")
    token_hash = CodeField(max_length=64, unique=True)
    expires_at = models.DateTimeField()
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"for {self.order_id}"
