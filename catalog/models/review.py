from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Product
from shop.common.fields import CodeField
from shop.common.ids import new_public_id


class ReviewStatus(models.TextChoices):
    PENDING = "pending", _("waiting")
    APPROVED = "approved", _("shown")
    REJECTED = "rejected", _("not shown")


class Review(models.Model):
    """What a customer says of a product: one each, shown once staff approved it."""

    public_id = CodeField(max_length=32, unique=True, default=new_public_id, editable=False)
    product = models.ForeignKey(Product, on_delete=models.CASCADE, related_name="reviews")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="reviews")
    author_name = models.CharField(_("name shown"), max_length=80)
    rating = models.IntegerField(_("rating"), validators=[MinValueValidator(1), MaxValueValidator(5)])
    title = models.CharField(_("title"), max_length=120, blank=True)
    comment = models.TextField(_("comment"), max_length=5000, blank=True)
    verified_purchase = models.BooleanField(_("verified purchase"), default=False)
    status = CodeField(_("status"), max_length=10, choices=ReviewStatus.choices, default=ReviewStatus.PENDING)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    moderated_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("review")
        verbose_name_plural = _("reviews")
        ordering: ClassVar = ["-created_at", "-id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["product", "user"], name="review_once"),
            models.CheckConstraint(condition=Q(rating__gte=1, rating__lte=5), name="review_rating_in_range"),
        ]
        indexes: ClassVar = [models.Index(fields=["product", "status", "created_at"], name="review_product")]

    def __str__(self) -> str:
        return f"{self.rating}/5 for {self.product_id}"
