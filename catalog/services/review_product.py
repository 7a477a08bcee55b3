"""A customer says what a product is like."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Product, ProductStatus, Review
from catalog.services.changes import record_change
from catalog.services.purchases import has_bought
from shop.common.errors import Conflict, InvalidInput, Message, NotFound
from shop.common.unit import transactional

LONGEST_TITLE = 120
LONGEST_COMMENT = 5000
LONGEST_NAME = 80


class AlreadyReviewed(Conflict):
    code = "already_reviewed"
    default_message = _("You have already written about this.")


@dataclass(frozen=True, kw_only=True)
class ReviewText:
    """`rating` is 1 to 5; title and comment may be empty."""

    rating: int
    title: str = ""
    comment: str = ""


@transactional
def review_product(*, user: User, product_id: int, text: ReviewText) -> Review:
    """Write down a review that waits for staff to show it.

    Raises InvalidInput naming the fields, NotFound for what is not shown, AlreadyReviewed for a second one.
    """
    _check(text)
    # The product's lock makes two reviews by one customer follow each other.
    product = Product.objects.select_for_update().filter(pk=product_id, status=ProductStatus.ACTIVE).first()
    if product is None:
        raise NotFound
    if Review.objects.filter(product=product, user=user).exists():
        raise AlreadyReviewed
    return Review.objects.create(
        product=product,
        user=user,
        author_name=user.display_name[:LONGEST_NAME],
        rating=text.rating,
        title=text.title.strip(),
        comment=text.comment.strip(),
        verified_purchase=has_bought(user_id=user.pk, product_id=product_id),
    )


@transactional
def mark_verified(*, user_id: int, product_ids: Iterable[int]) -> int:
    """Say of a customer's reviews that they bought the products. Called by orders; returns how many changed."""
    reviews = Review.objects.filter(user=user_id, product__in=list(product_ids), verified_purchase=False)
    product_of = dict(reviews.values_list("pk", "product_id"))
    changed = Review.objects.filter(pk__in=product_of).update(verified_purchase=True)
    if changed:
        record_change(product_of.values())
    return changed


def _check(text: ReviewText) -> None:
    problems: dict[str, list[Message]] = {}
    if not 1 <= text.rating <= 5:
        problems["rating"] = [_("Choose one to five stars.")]
    if len(text.title) > LONGEST_TITLE:
        problems["title"] = [_("The title is longer than %(most)d characters.") % {"most": LONGEST_TITLE}]
    if len(text.comment) > LONGEST_COMMENT:
        problems["comment"] = [_("The text is longer than %(most)d characters.") % {"most": LONGEST_COMMENT}]
    if problems:
        raise InvalidInput(fields=problems)
