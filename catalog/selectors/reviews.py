"""What customers said of a product, as far as it is shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Value

from catalog.models import Product, Review, ReviewStatus

PAGE_SIZE = 5
STARS = (5, 4, 3, 2, 1)
DEEPEST_PAGE = 2000


@dataclass(frozen=True)
class Star:
    """How many of the reviews gave `stars`."""

    stars: int
    count: int
    percent: int


@dataclass(frozen=True)
class ReviewPage:
    reviews: list[Review]
    number: int
    has_more: bool


def shown_reviews(product: int | Value) -> QuerySet[Review]:
    """In no order."""
    return Review.objects.filter(product=product, status=ReviewStatus.APPROVED).order_by()


def histogram(counts: Mapping[int, int]) -> list[Star]:
    """From how many gave each number of stars."""
    total = sum(counts.values())
    shares = {stars: counts.get(stars, 0) for stars in STARS}
    return [Star(stars, count, round(100 * count / total) if total else 0) for stars, count in shares.items()]


def page_of(reviews: QuerySet[Review], number: int) -> QuerySet[Review]:
    """Newest first, PAGE_SIZE a page, and one more where there are more."""
    start = (number - 1) * PAGE_SIZE
    return reviews.order_by("-created_at", "-id")[start : start + PAGE_SIZE + 1]


def readable_reviews(product: Product, *, user_id: int | None, rating: int | None = None) -> QuerySet[Review]:
    """What is shown, and what this customer wrote; newest first."""
    shown = Q(status=ReviewStatus.APPROVED)
    rows = Review.objects.filter(shown | Q(user=user_id) if user_id is not None else shown, product=product)
    return (rows if rating is None else rows.filter(rating=rating)).order_by("-created_at", "-id")


def own_review(product: Product, user_id: int) -> Review | None:
    return Review.objects.filter(product=product, user=user_id).first()


def reviews_of(user_id: int) -> QuerySet[Review]:
    """What somebody wrote, the last one first, with its product."""
    return Review.objects.filter(user=user_id).select_related("product").order_by("-created_at", "-id")
