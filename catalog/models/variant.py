"""Variants: one row for each thing that can be bought."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.image import ProductImage
from catalog.models.product import Product
from shop.common.fields import NON_NEGATIVE, CodeField, MoneyField, at_least


class ProductOption(models.Model):
    """What can be chosen: "Size". Compared byte by byte, as its values: "Rosé" is not "Rose"."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="options")
    name = CodeField(_("name"), max_length=80)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("option")
        verbose_name_plural = _("options")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "name"], name="option_once")]

    def __str__(self) -> str:
        return self.name


class OptionValue(models.Model):
    """One of the choices: "50 × 70 cm". `swatch` is a colour such as #2342be."""

    option = models.ForeignKey(ProductOption, on_delete=models.CASCADE, related_name="values")
    value = CodeField(_("value"), max_length=120)
    swatch = CodeField(_("colour"), max_length=7, blank=True)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("option value")
        verbose_name_plural = _("option values")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["option", "value"], name="option_value_once")]

    def __str__(self) -> str:
        return self.value


class Variant(models.Model):
    """`options_key` is the sorted ids of the chosen values, so that a combination exists once.

    `unit_amount` and `unit_measure` serve the price per unit that EU law asks for (0.5 and "l"). `lowest_before` is
    the lowest price of the 30 days before the present one began, kept by the services; None where none is known.
    """

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="variants")
    sku = CodeField(_("SKU"), max_length=64, unique=True)
    barcode = CodeField(_("barcode"), max_length=64, blank=True)
    title = models.CharField(_("title"), max_length=255, blank=True, editable=False)
    options_key = CodeField(max_length=190, default="", editable=False)
    price = MoneyField(_("price"), validators=NON_NEGATIVE)
    compare_at_price = MoneyField(_("price before"), null=True, blank=True, validators=NON_NEGATIVE)
    lowest_before = MoneyField(null=True, editable=False)
    cost = MoneyField(_("cost"), null=True, blank=True, validators=NON_NEGATIVE)
    weight_grams = models.IntegerField(_("weight in grams"), default=0, validators=NON_NEGATIVE)
    unit_amount = models.DecimalField(
        _("content"), max_digits=10, decimal_places=3, null=True, blank=True, validators=NON_NEGATIVE
    )
    unit_measure = models.CharField(_("unit"), max_length=10, blank=True)
    requires_shipping = models.BooleanField(_("is shipped"), default=True)
    image = models.ForeignKey(
        ProductImage, verbose_name=_("picture"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("for sale"), default=True)
    archived_at = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    updated_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        verbose_name = _("variant")
        verbose_name_plural = _("variants")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "options_key"], name="variant_combination_once"),
            at_least("price", 0, name="variant_price_not_negative"),
            at_least("compare_at_price", 0, name="variant_compare_not_negative", nullable=True),
            at_least("lowest_before", 0, name="variant_lowest_not_negative", nullable=True),
            at_least("cost", 0, name="variant_cost_not_negative", nullable=True),
            at_least("weight_grams", 0, name="variant_weight_not_negative"),
        ]
        indexes: ClassVar = [models.Index(fields=["barcode"], name="variant_barcode")]

    def __str__(self) -> str:
        return f"{self.product.name}, {self.title}" if self.title else self.product.name

    @property
    def is_on_sale(self) -> bool:
        return self.compare_at_price is not None and self.compare_at_price > self.price


class VariantOption(models.Model):
    """The value a variant has for one of its product's options."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="chosen")
    option = models.ForeignKey(ProductOption, on_delete=models.CASCADE, related_name="+")
    value = models.ForeignKey(OptionValue, on_delete=models.CASCADE, related_name="chosen_by")

    class Meta:
        ordering: ClassVar = ["option__position", "option_id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["variant", "option"], name="variant_option_once")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.value_id}"


class PriceHistory(models.Model):
    """Every price a variant had, since when. The lowest of 30 days stands beside a reduction (EU 2019/2161)."""

    variant = models.ForeignKey(Variant, on_delete=models.CASCADE, related_name="prices")
    price = MoneyField()
    since = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["variant", "since"], name="price_history_variant")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.price}"
