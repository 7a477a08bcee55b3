"""What is derived from the catalogue, or steers how it is found."""

from __future__ import annotations

import secrets
from typing import ClassVar

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from shop.common.fields import CodeField


def new_lineage() -> str:
    return secrets.token_hex(16)


class CatalogueVersion(models.Model):
    """One row: raised by every change of the catalogue, it names the shared HTML that is still true.

    `lineage` is random, so that what was derived from one database is not taken for another's.
    """

    number = models.BigIntegerField(default=1)
    lineage = CodeField(max_length=32, default=new_lineage, editable=False)
    changed_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return str(self.number)


class ProductChange(models.Model):
    """A product changed: written in the change's own transaction, read by each machine's indexer.

    No foreign key: a row may outlive its product, and must not lock it. `version` is the catalogue's since
    the change: unlike ids, versions become visible in their order.
    """

    version = models.BigIntegerField(default=0)
    product_id = models.BigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["created_at"], name="product_change_created"),
            models.Index(fields=["version", "product_id"], name="product_change_version"),
        ]

    def __str__(self) -> str:
        return str(self.product_id)


class Synonym(models.Model):
    """Words that mean the same to this shop's search."""

    words = models.CharField(_("words, separated by commas"), max_length=400)

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")

    def __str__(self) -> str:
        return self.words


class SearchMiss(models.Model):
    """A search without a hit, counted; nothing personal."""

    query = CodeField(_("searched for"), max_length=100, unique=True)
    count = models.IntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    class Meta:
        verbose_name = _("search without a hit")
        verbose_name_plural = _("searches without a hit")
        ordering: ClassVar = ["-count"]

    def __str__(self) -> str:
        return self.query


class PopularSearch(models.Model):
    """A search that found something, counted; nothing personal. Suggested once several have made it."""

    query = CodeField(_("searched for"), max_length=100, unique=True)
    count = models.IntegerField(_("times"), default=1)
    last_at = models.DateTimeField(_("last"), default=timezone.now)

    class Meta:
        verbose_name = _("popular search")
        verbose_name_plural = _("popular searches")
        ordering: ClassVar = ["-count"]

    def __str__(self) -> str:
        return self.query


class Recommendation(models.Model):
    """Products shown beside a product, best first; rebuilt from orders and likeness."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="recommendations")
    other = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="+")
    kind = CodeField(max_length=10, choices=[("bought", _("bought together")), ("similar", _("similar"))])
    rank = models.IntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "other", "kind"], name="recommendation_once")
        ]
        indexes: ClassVar = [models.Index(fields=["product", "kind", "rank"], name="recommendation_rank")]

    def __str__(self) -> str:
        return f"{self.product_id} → {self.other_id}"
