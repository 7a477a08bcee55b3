"""Reviews over the API."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import Review, ReviewStatus
from catalog.services.archive_product import archive_product
from catalog.services.moderate_review import approve_review
from catalog.tests.api import call, errors_of, refused
from catalog.tests.factories import ProductFactory, ReviewFactory
from orders.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db

PRAISE = {"rating": 5, "title": "Better on paper", "comment": "So fine a line."}


@pytest.fixture
def product():
    return ProductFactory()


def path(product):
    return f"products/{product.pk}/reviews/"


def test_written_then_shown_once_approved(product, shopper, other_shopper):
    made = call("post", path(product), PRAISE, user=shopper)
    assert made.status_code == 201
    shown = made.json()
    assert shown == {
        **PRAISE,
        "id": Review.objects.get().public_id,
        "author_name": shopper.display_name,
        "verified_purchase": False,
        "status": "pending",
        "created_at": shown["created_at"],
    }
    assert call("get", path(product), user=shopper).json()["results"] == [shown]
    for user in (None, other_shopper):
        assert call("get", path(product), user=user).json()["count"] == 0
    approve_review(review_id=Review.objects.get().pk)
    assert call("get", path(product)).json()["results"] == [shown | {"status": "approved"}]
    product_shown = call("get", f"products/{product.pk}").json()
    assert (product_shown["rating"], product_shown["review_count"]) == (5.0, 1)


def test_one_for_each_customer_and_product(product, shopper, other_shopper):
    for user in (shopper, other_shopper):
        assert call("post", path(product), PRAISE, user=user).status_code == 201
        refused(call("post", path(product), PRAISE, user=user), 409, "already_reviewed")
    assert call("post", path(ProductFactory()), PRAISE, user=shopper).status_code == 201


@pytest.mark.parametrize(
    ("how", "verified"),
    [
        ({"status": "paid"}, True),
        ({"status": "delivered"}, True),
        ({"payment_method": "on_delivery", "status": "processing"}, False),
        ({"payment_method": "on_delivery", "status": "shipped"}, True),
        ({"status": "pending"}, False),
    ],
)
def test_whether_they_bought_it(product, shopper, other_shopper, how, verified):
    OrderFactory(user=shopper, items=[(product.variants.get(), 2)], **how)
    assert call("post", path(product), PRAISE, user=shopper).json()["verified_purchase"] is verified
    assert call("post", path(product), PRAISE, user=other_shopper).json()["verified_purchase"] is False


def test_what_was_cancelled_was_not_bought(product, shopper):
    order = OrderFactory(user=shopper, items=[(product.variants.get(), 2)], status="paid")
    order.lines.update(cancelled_quantity=2)
    assert call("post", path(product), PRAISE, user=shopper).json()["verified_purchase"] is False


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ({"rating": 0}, "rating", "min_value"),
        ({"rating": 6}, "rating", "max_value"),
        ({"rating": "5"}, "rating", "invalid"),
        ({"rating": None}, "rating", "null"),
        ({"title": "x" * 121}, "title", "max_length"),
        ({"comment": "x" * 5001}, "comment", "max_length"),
        ({"comment": "a\x00"}, "comment", "unusable_text"),
        ({"verified_purchase": True}, "verified_purchase", "read_only"),
        ({"user": 1}, "user", "unknown_field"),
    ],
)
def test_what_cannot_be_used_is_named(product, shopper, wrong, field, code):
    assert errors_of(call("post", path(product), PRAISE | wrong, user=shopper)) == {field: code}
    assert not Review.objects.exists()


def test_who_and_of_what(product, shopper):
    refused(call("post", path(product), PRAISE), 401, "not_authenticated")
    archive_product(product_id=product.pk)
    refused(call("post", path(product), PRAISE, user=shopper), 404, "not_found")
    refused(call("get", path(product)), 404, "not_found")


def test_by_stars_pages_and_cursor(product):
    for rating in (5, 5, 3):
        ReviewFactory(product=product, rating=rating)
    ReviewFactory(product=product, status=ReviewStatus.REJECTED)
    assert call("get", f"{path(product)}?rating=5").json()["count"] == 2
    first = call("get", f"{path(product)}?page_size=2&cursor=").json()
    rest = call("get", first["next"].split("/api/")[1]).json()
    assert [each["rating"] for each in first["results"] + rest["results"]] == [3, 5, 5]
    assert list(errors_of(call("get", f"{path(product)}?rating=9"))) == ["rating"]


def test_the_same_queries_for_few_and_many(product):
    for number in (5, 95):
        ReviewFactory.create_batch(number, product=product)
        with CaptureQueriesContext(connection) as queries:
            found = call("get", f"{path(product)}?page_size=100").json()
        assert (len(found["results"]), len(queries)) == (5 if number == 5 else 100, 3)
