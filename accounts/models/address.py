"""Postal addresses: the fields every address has, and a customer's address book."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from shop.common.fields import CodeField
from shop.common.ids import new_public_id


class PostalAddress(models.Model):
    """The fields of an address; `country` is ISO 3166-1 alpha-2."""

    full_name = models.CharField(_("full name"), max_length=120)
    company = models.CharField(_("company"), max_length=120, blank=True)
    line1 = models.CharField(_("address"), max_length=200)
    line2 = models.CharField(_("apartment, floor, care of"), max_length=200, blank=True)
    city = models.CharField(_("town"), max_length=120, blank=True)
    region = models.CharField(_("region"), max_length=120, blank=True)
    postcode = models.CharField(_("postcode"), max_length=20, blank=True)
    country = models.CharField(_("country"), max_length=2)
    phone = models.CharField(_("phone"), max_length=32, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return ", ".join(part for part in (self.full_name, self.line1, self.city, self.country) if part)


class Address(PostalAddress):
    """An entry of a customer's address book."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(User, verbose_name=_("user"), on_delete=models.CASCADE, related_name="addresses")
    is_default_shipping = models.BooleanField(_("default for delivery"), default=False)
    is_default_billing = models.BooleanField(_("default for billing"), default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("address")
        verbose_name_plural = _("addresses")
        ordering = ("-is_default_shipping", "-id")
