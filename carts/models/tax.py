from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from shop.common.fields import NON_NEGATIVE, CodeField


class TaxClass(models.Model):
    """What kind of goods: products carry its `code`."""

    code = CodeField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")
        ordering: ClassVar = ["id"]

    def __str__(self) -> str:
        return self.name


class TaxRate(models.Model):
    """Percent for a class of goods in a country, or in one of its regions."""

    tax_class = models.ForeignKey(TaxClass, verbose_name=_("tax class"), on_delete=models.CASCADE, related_name="rates")
    country = CodeField(_("country"), max_length=2)
    region = models.CharField(_("region"), max_length=120, blank=True)
    name = models.CharField(_("name"), max_length=60, blank=True)
    percent = models.DecimalField(
        _("percent"), max_digits=6, decimal_places=3, validators=[*NON_NEGATIVE, MaxValueValidator(100)]
    )

    class Meta:
        verbose_name = _("tax rate")
        verbose_name_plural = _("tax rates")
        ordering: ClassVar = ["country", "region"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tax_class", "country", "region"], name="tax_rate_once"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lte=100), name="tax_rate_in_range"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.percent} %"
