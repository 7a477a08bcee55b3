from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shop.common.fields import CodeField


class ContentPage(models.Model):
    """A page staff write: about, shipping, returns, terms, privacy, imprint. HTML is sanitised on save.

    Some are parts of other pages, known by their address: docs/storefront.md names them.
    """

    slug = CodeField(_("address"), max_length=80, unique=True)
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"), blank=True)
    image = models.ImageField(_("picture"), upload_to="pages/", blank=True)
    image_alt = models.CharField(_("description for those who cannot see it"), max_length=300, blank=True)
    in_footer = models.BooleanField(_("linked in the footer"), default=True)
    position = models.IntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("shown in the shop"), default=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)

    class Meta:
        verbose_name = _("page")
        verbose_name_plural = _("pages")
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("catalog:page", args=[self.slug])
