from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import Product
from shop.common.fields import CodeField
from shop.common.ids import new_public_id


class WishListItem(models.Model):
    """A product somebody wants to remember.

    `owner` is "user:<id>" for a customer and the hash of a guest's token otherwise: never null, so that the
    index keeps each product once on every database.
    """

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="wishes")
    owner = CodeField(max_length=64)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("wish")
        verbose_name_plural = _("wishes")
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "product"], name="wish_once_each")]
        indexes: ClassVar = [models.Index(fields=["added_at"], name="wish_added")]

    def __str__(self) -> str:
        return f"{self.product_id}"
