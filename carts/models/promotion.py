"""Promotions, the codes that start them, and their uses."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import CustomerGroup
from catalog.models import Category, Product, Tag
from shop.common.fields import NON_NEGATIVE, CodeField, MoneyField, at_least


class PromotionKind(models.TextChoices):
    PERCENT = "percent", _("percent off")
    AMOUNT = "amount", _("amount off")
    FIXED_PRICE = "fixed_price", _("fixed price")
    FREE_SHIPPING = "free_shipping", _("free shipping")
    BUY_X_GET_Y = "buy_x_get_y", _("buy some, get some")
    TIERS = "tiers", _("tiers")


class PromotionScope(models.TextChoices):
    ORDER = "order", _("the whole order")
    CATEGORY = "category", _("categories")
    PRODUCT = "product", _("products")
    TAG = "tag", _("tags")


class TierBasis(models.TextChoices):
    SPEND = "spend", _("what is spent")
    UNITS = "units", _("how many are bought")


class TierGives(models.TextChoices):
    PERCENT = "percent", _("percent off")
    AMOUNT = "amount", _("amount off")


class Promotion(models.Model):
    """`value` is percent for a percentage and for the units given, else an amount in the shop's currency.

    Lower `priority` comes first. A promotion that is not `stackable` only ever applies alone. `use_count`
    counts where something limits the uses; others would only make buyers wait for each other.
    """

    name = models.CharField(_("name"), max_length=120)
    kind = CodeField(_("kind"), max_length=20, choices=PromotionKind.choices)
    scope = CodeField(_("applies to"), max_length=10, choices=PromotionScope.choices, default=PromotionScope.ORDER)
    value = MoneyField(_("value"), default=Decimal(0), validators=NON_NEGATIVE)
    buy_quantity = models.IntegerField(_("buy"), default=0, validators=NON_NEGATIVE)
    get_quantity = models.IntegerField(_("get"), default=0, validators=NON_NEGATIVE)
    tier_basis = CodeField(_("tiers go by"), max_length=10, choices=TierBasis.choices, default=TierBasis.SPEND)
    tier_gives = CodeField(_("tiers give"), max_length=10, choices=TierGives.choices, default=TierGives.PERCENT)
    categories = models.ManyToManyField(Category, verbose_name=_("categories"), blank=True)
    products = models.ManyToManyField(Product, verbose_name=_("products"), blank=True)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True)
    needs_code = models.BooleanField(_("needs a code"), default=False)
    minimum_spend = MoneyField(_("minimum spend"), null=True, blank=True, validators=NON_NEGATIVE)
    first_order_only = models.BooleanField(_("first order only"), default=False)
    group = models.ForeignKey(
        CustomerGroup, verbose_name=_("customer group"), null=True, blank=True, on_delete=models.PROTECT
    )
    starts_at = models.DateTimeField(_("starts"), null=True, blank=True)
    ends_at = models.DateTimeField(_("ends"), null=True, blank=True)
    total_limit = models.IntegerField(_("uses in all"), null=True, blank=True)
    customer_limit = models.IntegerField(_("uses a customer"), null=True, blank=True)
    use_count = models.IntegerField(_("used"), default=0, editable=False)
    stackable = models.BooleanField(_("together with others"), default=True)
    priority = models.IntegerField(_("priority"), default=100)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("promotion")
        verbose_name_plural = _("promotions")
        ordering: ClassVar = ["priority", "id"]
        constraints: ClassVar = [
            at_least("value", 0, name="promotion_value_not_negative"),
            at_least("use_count", 0, name="promotion_use_count_not_negative"),
            models.CheckConstraint(
                condition=models.Q(total_limit__isnull=True) | models.Q(use_count__lte=models.F("total_limit")),
                name="promotion_within_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_limited(self) -> bool:
        """Whether its uses are counted, in all or a customer."""
        return self.total_limit is not None or self.most_per_customer is not None

    @property
    def most_per_customer(self) -> int | None:
        """A first order happens once."""
        return 1 if self.first_order_only else self.customer_limit


class PromotionTier(models.Model):
    """From `threshold` (spend or units) on, `value` applies."""

    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="tiers")
    threshold = models.DecimalField(_("from"), max_digits=14, decimal_places=3, validators=NON_NEGATIVE)
    value = MoneyField(_("value"), validators=NON_NEGATIVE)

    class Meta:
        ordering: ClassVar = ["threshold"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["promotion", "threshold"], name="tier_once")]

    def __str__(self) -> str:
        return f"{self.threshold.normalize():f}: {self.value.normalize():f}"


class Coupon(models.Model):
    """A code, in capitals. `limit` 1 makes it single-use."""

    code = CodeField(_("code"), max_length=40, unique=True)
    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="coupons")
    batch = models.CharField(_("batch"), max_length=80, blank=True)
    limit = models.IntegerField(_("uses"), null=True, blank=True)
    use_count = models.IntegerField(_("used"), default=0, editable=False)
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        constraints: ClassVar = [
            at_least("use_count", 0, name="coupon_use_count_not_negative"),
            models.CheckConstraint(
                condition=models.Q(limit__isnull=True) | models.Q(use_count__lte=models.F("limit")),
                name="coupon_within_limit",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PromotionUse(models.Model):
    """A use by an order (its number: carts do not know orders).

    `customer_key` names a customer by id, a guest by a keyed hash of the address. `slot` numbers a
    customer's uses where they are limited; the unique key is the last guard against one too many.
    """

    promotion = models.ForeignKey(Promotion, on_delete=models.PROTECT, related_name="uses")
    coupon = models.ForeignKey(Coupon, null=True, on_delete=models.PROTECT, related_name="uses")
    order_reference = CodeField(max_length=32)
    customer_key = CodeField(max_length=254)
    slot = models.IntegerField(null=True)
    amount = MoneyField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["promotion", "order_reference"], name="promotion_use_once_an_order"),
            models.UniqueConstraint(fields=["promotion", "customer_key", "slot"], name="promotion_use_slot"),
        ]
        indexes: ClassVar = [models.Index(fields=["order_reference"], name="promotion_use_order")]

    def __str__(self) -> str:
        return f"{self.promotion_id}: {self.order_reference}"
