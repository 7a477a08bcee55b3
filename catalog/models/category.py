"""The tree of categories."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from treebeard.mp_tree import MP_Node

from shop.common.fields import CodeField


class Category(MP_Node):
    """`path` is treebeard's; `url_path` is the slugs from the root, kept by the services."""

    name = models.CharField(_("name"), max_length=120)
    slug = CodeField(_("slug"), max_length=120)
    url_path = CodeField(max_length=500, unique=True, editable=False)
    description = models.TextField(_("description"), blank=True)
    image = models.ImageField(_("picture"), upload_to="categories/", blank=True)
    is_active = models.BooleanField(_("shown in the shop"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering: ClassVar = ["path"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:category", args=[self.url_path])
