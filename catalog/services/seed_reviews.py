"""Reviews of the demo goods, already shown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from django.utils import timezone

from accounts.models import User
from catalog.demo.goods import DemoProduct
from catalog.demo.reviews import reviews
from catalog.models import Product, Review, ReviewStatus
from catalog.services.moderate_review import refresh_rating


def seed_reviews(goods: Sequence[DemoProduct], authors: Sequence[User]) -> int:
    """A step: write the reviews of these products, all new in this unit. Returns how many.

    Who bought what is not known here; orders say it afterwards.
    """
    by_slug = Product.objects.select_for_update().order_by("pk").in_bulk([p.slug for p in goods], field_name="slug")
    now = timezone.now()
    rows = []
    for demo in reviews(list(goods), people=len(authors)):
        rating, title, comment = demo.text
        author, at = authors[demo.author], now - timedelta(days=demo.days_ago, hours=demo.author % 11)
        rows.append(
            Review(
                product=by_slug[demo.slug],
                user=author,
                author_name=author.display_name,
                rating=rating,
                title=title,
                comment=comment,
                status=ReviewStatus.APPROVED,
                created_at=at,
                moderated_at=at,
            )
        )
    Review.objects.bulk_create(rows)
    for product in {row.product_id: row.product for row in rows}.values():
        refresh_rating(product)
    return len(rows)
