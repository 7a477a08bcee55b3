"""What customers said of a product, as far as it is shown."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

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


def star_counts() -> dict[str, Coalesce]:
    """Columns `stars_1` … `stars_5` for a query of products."""
    return {f"stars_{stars}": _count(stars) for stars in STARS}


def histogram(product: Product) -> list[Star]:
    """From the columns of `star_counts`; no query."""
    counts = {stars: getattr(product, f"stars_{stars}") for stars in STARS}
    total = sum(counts.values())
    return [Star(stars, count, round(100 * count / total) if total else 0) for stars, count in counts.items()]


def reviews_page(product: Product, *, number: int, stars: int | None = None) -> ReviewPage:
    """Newest first, PAGE_SIZE a page, of all or of those with `stars`. One query."""
    rows = Review.objects.filter(product=product, status=ReviewStatus.APPROVED)
    if stars is not None:
        rows = rows.filter(rating=stars)
    start = (number - 1) * PAGE_SIZE
    found = list(rows.order_by("-created_at", "-id")[start : start + PAGE_SIZE + 1])
    return ReviewPage(found[:PAGE_SIZE], number, len(found) > PAGE_SIZE)


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


def _count(stars: int) -> Coalesce:
    rows = Review.objects.filter(Q(rating=stars, status=ReviewStatus.APPROVED), product=OuterRef("pk"))
    counted = rows.order_by().values("product").annotate(number=Count("pk")).values("number")
    return Coalesce(Subquery(counted, output_field=IntegerField()), 0)
