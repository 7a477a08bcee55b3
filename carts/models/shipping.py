"""Where the shop sends to, how, for how much, and how long it takes."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from shop.common.fields import NON_NEGATIVE, CodeField, MoneyField, at_least


class ShippingZone(models.Model):
    """A part of the world; of several that fit, the one with the longest matching area counts."""

    name = models.CharField(_("name"), max_length=80, unique=True)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("shipping zone")
        verbose_name_plural = _("shipping zones")
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class ZoneArea(models.Model):
    """A country ("*" for everywhere else), or the postcodes in it that start with a prefix."""

    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="areas")
    country = CodeField(_("country"), max_length=2)
    postcode_prefix = CodeField(_("postcodes starting with"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("area")
        verbose_name_plural = _("areas")
        constraints: ClassVar = [models.UniqueConstraint(fields=["country", "postcode_prefix"], name="area_once")]

    def __str__(self) -> str:
        return f"{self.country} {self.postcode_prefix}".strip()


class RateBasis(models.TextChoices):
    FLAT = "flat", _("one price")
    WEIGHT = "weight", _("by weight in grams")
    PRICE = "price", _("by value of the goods")
    COUNT = "count", _("by number of things")


class ShippingMethod(models.Model):
    """Delivery takes `days_min` to `days_max` working days, counted from `cutoff` on."""

    code = CodeField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=200, blank=True)
    basis = CodeField(_("price goes"), max_length=10, choices=RateBasis.choices, default=RateBasis.FLAT)
    free_from = MoneyField(_("free from"), null=True, blank=True, validators=NON_NEGATIVE)
    is_pickup = models.BooleanField(_("collected at the shop"), default=False)
    tax_class = CodeField(_("tax class"), max_length=40, default="standard")
    days_min = models.IntegerField(_("working days, at least"), default=2, validators=NON_NEGATIVE)
    days_max = models.IntegerField(_("working days, at most"), default=4, validators=NON_NEGATIVE)
    cutoff = models.TimeField(_("sent the same day until"), null=True, blank=True)
    weekdays = CodeField(_("days of dispatch, Monday is 0"), max_length=7, default="01234")
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("offered"), default=True)

    class Meta:
        verbose_name = _("shipping method")
        verbose_name_plural = _("shipping methods")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            at_least("days_min", 0, name="method_days_not_negative"),
            models.CheckConstraint(condition=models.Q(days_max__gte=models.F("days_min")), name="method_days_in_order"),
            at_least("free_from", 0, name="method_free_from_not_negative", nullable=True),
        ]

    def __str__(self) -> str:
        return self.name


class ShippingRate(models.Model):
    """The price in a zone from `at_least` (grams, amount or pieces, as the method says) on."""

    method = models.ForeignKey(ShippingMethod, on_delete=models.CASCADE, related_name="rates")
    zone = models.ForeignKey(ShippingZone, on_delete=models.CASCADE, related_name="rates")
    at_least = models.DecimalField(_("from"), max_digits=14, decimal_places=3, default=0, validators=NON_NEGATIVE)
    price = MoneyField(_("price"), validators=NON_NEGATIVE)

    class Meta:
        verbose_name = _("price")
        verbose_name_plural = _("prices")
        ordering: ClassVar = ["zone", "at_least"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["method", "zone", "at_least"], name="shipping_rate_once"),
            at_least("price", 0, name="shipping_rate_price_not_negative"),
        ]

    def __str__(self) -> str:
        return f"{self.zone}: {self.price}"


class Holiday(models.Model):
    """A day on which nothing is sent."""

    date = models.DateField(_("date"), unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("holiday")
        verbose_name_plural = _("holidays")
        ordering: ClassVar = ["date"]

    def __str__(self) -> str:
        return self.name
