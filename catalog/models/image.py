from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product


class ProductImage(models.Model):
    """A picture. Without a `file` it is only known by `source_url` and is not shown until fetched."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="images")
    file = models.ImageField(
        _("picture"), upload_to="products/", width_field="width", height_field="height", max_length=255, blank=True
    )
    width = models.IntegerField(null=True, editable=False)
    height = models.IntegerField(null=True, editable=False)
    alt = models.CharField(_("description for those who cannot see it"), max_length=300, blank=True)
    source_url = models.CharField(_("address it came from"), max_length=1000, blank=True)
    position = models.IntegerField(_("position"), default=0)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.alt or self.file.name or self.source_url
