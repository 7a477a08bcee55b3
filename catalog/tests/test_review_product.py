"""Writing reviews: the service and its page."""

from __future__ import annotations

import pytest

from catalog.models import CatalogueVersion, ProductStatus, Review, ReviewStatus
from catalog.services.review_product import AlreadyReviewed, ReviewText, mark_verified, review_product
from catalog.tests.factories import ProductFactory, ReviewFactory
from shop.common.errors import InvalidInput, NotFound

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESS = "/products/contours-7/reviews/"
GOOD = {"rating": "4", "title": " Fine lines ", "comment": "On the wall since May."}


@pytest.fixture
def product():
    return ProductFactory(slug="contours-7", name="Contours 7")


def test_a_review_waits_for_staff(product, shopper):
    review = review_product(user=shopper, product_id=product.pk, text=ReviewText(rating=4, title=" Fine "))
    review.refresh_from_db()
    assert (review.status, review.rating, review.title, review.author_name) == (
        ReviewStatus.PENDING,
        4,
        "Fine",
        "Ines",
    )
    assert not review.verified_purchase
    product.refresh_from_db()
    assert product.review_count == 0


def test_one_a_customer(product, shopper, other_shopper):
    review_product(user=shopper, product_id=product.pk, text=ReviewText(rating=4))
    with pytest.raises(AlreadyReviewed):
        review_product(user=shopper, product_id=product.pk, text=ReviewText(rating=1))
    review_product(user=other_shopper, product_id=product.pk, text=ReviewText(rating=2))
    assert sorted(Review.objects.values_list("rating", flat=True)) == [2, 4]


@pytest.mark.parametrize(
    ("text", "field"),
    [
        (ReviewText(rating=0), "rating"),
        (ReviewText(rating=6), "rating"),
        (ReviewText(rating=5, title="x" * 121), "title"),
        (ReviewText(rating=5, comment="x" * 5001), "comment"),
    ],
)
def test_what_cannot_be_taken_names_its_field(product, shopper, text, field):
    with pytest.raises(InvalidInput) as refused:
        review_product(user=shopper, product_id=product.pk, text=text)
    assert list(refused.value.fields) == [field]
    assert not Review.objects.exists()


def test_only_of_what_is_shown(product, shopper):
    product.status = ProductStatus.ARCHIVED
    product.save()
    for pk in (product.pk, 999_999):
        with pytest.raises(NotFound):
            review_product(user=shopper, product_id=pk, text=ReviewText(rating=5))


def test_a_purchase_is_marked_on_the_buyers_reviews_alone(product, shopper, other_shopper):
    own = ReviewFactory(product=product, user=shopper)
    ReviewFactory(product=product, user=other_shopper)
    ReviewFactory(user=shopper)
    assert mark_verified(user_id=shopper.pk, product_ids=[product.pk]) == 1
    assert [review.pk for review in Review.objects.filter(verified_purchase=True)] == [own.pk]
    version = CatalogueVersion.objects.get().number
    assert mark_verified(user_id=shopper.pk, product_ids=[product.pk]) == 0
    assert CatalogueVersion.objects.get().number == version


def test_guests_are_asked_to_sign_in(client, product):
    for answer in (client.get(ADDRESS), client.post(ADDRESS, GOOD)):
        assert answer.status_code == 302
        assert answer["Location"] == f"/login/?next={ADDRESS}"
    assert not Review.objects.exists()


def test_writing(client_of, shopper, product):
    client = client_of(shopper)
    assert "What is Contours 7 like?" in client.get(ADDRESS).text
    answer = client.post(ADDRESS, GOOD, follow=True)
    assert answer.redirect_chain == [("/products/contours-7/", 302)]
    assert "Your review is shown once we have read it." in answer.text
    review = Review.objects.get()
    assert (review.user, review.rating, review.title, review.comment) == (
        shopper,
        4,
        "Fine lines",
        "On the wall since May.",
    )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"rating": ""}, "Choose one to five stars."),
        ({"rating": "9"}, "Choose one to five stars."),
        ({"title": "x" * 121}, "at most 120 characters"),
        ({"comment": "x" * 5001}, "at most 5000 characters"),
    ],
)
def test_what_was_typed_stays(client_of, shopper, product, change, says):
    answer = client_of(shopper).post(ADDRESS, {**GOOD, "comment": "Kept words", **change})
    assert answer.status_code == 200
    assert "One thing needs another look" in answer.text
    assert says in answer.text
    assert (change.get("comment") or "Kept words") in answer.text
    assert not Review.objects.exists()


def test_a_second_one_is_refused_kindly(client_of, shopper, product):
    ReviewFactory(product=product, user=shopper, title="My first", status=ReviewStatus.PENDING)
    client = client_of(shopper)
    page = client.get(ADDRESS).text
    assert "You have already written about this." in page
    assert "My first" in page
    assert "<form" not in page[page.index("<main") : page.index("</main>")]
    assert "You have already written about this." in client.post(ADDRESS, GOOD).text
    assert Review.objects.count() == 1


def test_nobody_elses_waiting_review_is_seen(client_of, other_shopper, shopper, product):
    ReviewFactory(product=product, user=shopper, title="Secret so far", status=ReviewStatus.PENDING)
    assert "Secret so far" not in client_of(other_shopper).get(ADDRESS).text


def test_not_of_what_is_not_shown(client_of, shopper, product):
    product.status = ProductStatus.DRAFT
    product.save()
    assert client_of(shopper).get(ADDRESS).status_code == 404
