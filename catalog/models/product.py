"""Products: what a shopper looks at. What is bought is one of a product's variants."""

from __future__ import annotations

from decimal import Decimal
from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.category import Category
from shop.common.fields import CodeField, MoneyField, at_least


class Brand(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = CodeField(_("slug"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("brand")
        verbose_name_plural = _("brands")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class Tag(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = CodeField(_("slug"), max_length=120, unique=True)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering: ClassVar = ["name"]

    def __str__(self) -> str:
        return self.name


class ProductStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    ACTIVE = "active", _("active")
    ARCHIVED = "archived", _("archived")


class Product(models.Model):
    """The columns under "listing" are kept by the services, so that a list reads one row a product.

    `in_stock` means purchasable: a product that is merely held in carts stays purchasable in lists.
    `edit_version` counts edits and is what `If-Match` compares; stock and holds never touch it nor
    `updated_at`. Archiving is the soft delete: gone from the shop, whole in past orders.
    """

    name = models.CharField(_("name"), max_length=200)
    slug = CodeField(_("slug"), max_length=200, unique=True)
    subtitle = models.CharField(_("kind"), max_length=120, blank=True, help_text=_("One line: “Print, 4 sizes”."))
    description = models.TextField(_("description"), blank=True)
    category = models.ForeignKey(
        Category, verbose_name=_("category"), null=True, blank=True, on_delete=models.PROTECT, related_name="products"
    )
    brand = models.ForeignKey(Brand, verbose_name=_("brand"), null=True, blank=True, on_delete=models.SET_NULL)
    tags = models.ManyToManyField(Tag, verbose_name=_("tags"), blank=True, related_name="products")
    tax_class = CodeField(_("tax class"), max_length=40, default="standard")
    status = CodeField(_("status"), max_length=10, choices=ProductStatus.choices, default=ProductStatus.ACTIVE)
    seo_title = models.CharField(_("title for search engines"), max_length=200, blank=True)
    seo_description = models.CharField(_("description for search engines"), max_length=320, blank=True)
    is_demo = models.BooleanField(default=False, editable=False)
    edit_version = models.IntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated"), default=timezone.now, editable=False)
    archived_at = models.DateTimeField(null=True, editable=False)

    # listing
    sort_name = CodeField(max_length=200, default="", blank=True, editable=False)
    price = MoneyField(_("price from"), default=Decimal(0), editable=False)
    price_to = MoneyField(_("price to"), default=Decimal(0), editable=False)
    compare_at_price = MoneyField(_("price before"), null=True, editable=False)
    on_sale = models.BooleanField(_("on sale"), default=False, editable=False)
    in_stock = models.BooleanField(_("in stock"), default=False, editable=False)
    low_stock = models.BooleanField(_("low stock"), default=False, editable=False)
    variant_count = models.IntegerField(default=0, editable=False)
    rating = models.DecimalField(_("rating"), max_digits=3, decimal_places=2, null=True, editable=False)
    review_count = models.IntegerField(_("reviews"), default=0, editable=False)
    popularity = models.IntegerField(_("units sold"), default=0, editable=False)
    main_image = models.ForeignKey(
        "catalog.ProductImage", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )

    class Meta:
        verbose_name = _("product")
        verbose_name_plural = _("products")
        ordering: ClassVar = ["-id"]
        constraints: ClassVar = [
            at_least("price", 0, name="product_price_not_negative"),
            at_least("compare_at_price", 0, name="product_compare_not_negative", nullable=True),
            at_least("popularity", 0, name="product_popularity_not_negative"),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__gte=1, rating__lte=5), name="product_rating_in_range"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "price", "id"], name="product_price"),
            models.Index(fields=["status", "created_at", "id"], name="product_newest"),
            models.Index(fields=["status", "sort_name", "id"], name="product_sort_name"),
            models.Index(fields=["status", "popularity", "id"], name="product_popular"),
            models.Index(fields=["status", "rating", "id"], name="product_rating"),
            models.Index(fields=["status", "on_sale", "in_stock", "popularity", "id"], name="product_reduced"),
            models.Index(fields=["category", "status", "popularity", "id"], name="product_category"),
            models.Index(fields=["updated_at", "id"], name="product_updated"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("catalog:product", args=[self.slug])

    @property
    def is_active(self) -> bool:
        return self.status == ProductStatus.ACTIVE

    @property
    def has_price_range(self) -> bool:
        """Whether `price` is only where prices start."""
        return self.price_to > self.price


class ProductAttribute(models.Model):
    """A fact about a product: "Paper: cotton, 300 g"."""

    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="attributes")
    name = CodeField(_("name"), max_length=80)
    value = models.CharField(_("value"), max_length=400)
    position = models.IntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("attribute")
        verbose_name_plural = _("attributes")
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [models.UniqueConstraint(fields=["product", "name"], name="attribute_once")]

    def __str__(self) -> str:
        return f"{self.name}: {self.value}"
