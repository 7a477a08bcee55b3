"""Show a review in the shop, or not. A product's rating follows from the reviews that are shown."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from django.db.models import Avg, Count
from django.utils import timezone

from catalog.models import Product, Review, ReviewStatus
from catalog.services.changes import record_change
from catalog.services.editing import lock_product
from shop.common.errors import NotFound
from shop.common.unit import transactional

HUNDREDTH = Decimal("0.01")


@transactional
def approve_review(*, review_id: int) -> Review:
    """Raises NotFound."""
    return moderate(review_id, ReviewStatus.APPROVED)


@transactional
def reject_review(*, review_id: int) -> Review:
    """Raises NotFound."""
    return moderate(review_id, ReviewStatus.REJECTED)


def moderate(review_id: int, status: str) -> Review:
    """A step: give a review a ReviewStatus, and its product the rating that follows. Raises NotFound."""
    product_id = Review.objects.filter(pk=review_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise NotFound
    product = lock_product(product_id)
    Review.objects.filter(pk=review_id).update(status=status, moderated_at=timezone.now())
    refresh_rating(product)
    return Review.objects.get(pk=review_id)


def refresh_rating(product: Product) -> None:
    """A step: recompute rating and number of reviews of a product that is locked."""
    shown = Review.objects.filter(product=product, status=ReviewStatus.APPROVED)
    found = shown.aggregate(mean=Avg("rating"), number=Count("pk"))
    mean = found["mean"]
    product.rating = None if mean is None else Decimal(mean).quantize(HUNDREDTH, rounding=ROUND_HALF_UP)
    product.review_count = found["number"]
    Product.objects.filter(pk=product.pk).update(rating=product.rating, review_count=product.review_count)
    record_change([product.pk])
