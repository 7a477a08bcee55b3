"""Reviews, pages, brands and tags; and texts as they are stored."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import Brand, CatalogueVersion, ContentPage, Product, ProductChange, ReviewStatus, Tag
from catalog.services.labels import drop_label, label_named, save_label, tags_named
from catalog.services.moderate_review import approve_review, reject_review
from catalog.services.save_page import create_page, drop_page, update_page
from catalog.services.texts import stored_text
from catalog.tests.factories import BrandFactory, ProductFactory, ReviewFactory, TagFactory
from shop.common.errors import InvalidInput, NotFound
from shop.common.html import readable_html


@pytest.mark.django_db
def test_a_rating_follows_from_the_reviews_that_are_shown() -> None:
    product = ProductFactory()
    reviews = [ReviewFactory(product=product, rating=r, status=ReviewStatus.PENDING) for r in (5, 4, 4)]
    for review in reviews:
        approve_review(review_id=review.pk)
    product = Product.objects.get(pk=product.pk)
    assert (product.rating, product.review_count) == (Decimal("4.33"), 3)
    rejected = reject_review(review_id=reviews[0].pk)
    assert (rejected.status, rejected.moderated_at is None) == ("rejected", False)
    product.refresh_from_db()
    assert (product.rating, product.review_count) == (Decimal("4.00"), 2)
    for review in reviews:
        reject_review(review_id=review.pk)
    product.refresh_from_db()
    assert (product.rating, product.review_count) == (None, 0)


@pytest.mark.django_db
def test_moderating_does_not_make_an_editors_page_stale() -> None:
    review = ReviewFactory(status=ReviewStatus.PENDING)
    approve_review(review_id=review.pk)
    after = Product.objects.get(pk=review.product_id)
    assert (after.edit_version, after.updated_at) == (review.product.edit_version, review.product.updated_at)
    with pytest.raises(NotFound):
        approve_review(review_id=99)


@pytest.mark.django_db
def test_pages_are_cleaned_and_named() -> None:
    page = create_page(fields={"title": "About us", "body": '<h2>Hello</h2><img src=x onerror="alert(1)"><p>There</p>'})
    assert (page.slug, page.body) == ("about-us", "<h2>Hello</h2><p>There</p>")
    version = CatalogueVersion.objects.get().number
    changed = update_page(page_id=page.pk, fields={"slug": "about", "title": "About"})
    assert (changed.slug, changed.body) == ("about", page.body)
    assert CatalogueVersion.objects.get().number == version + 1
    drop_page(changed)
    assert not ContentPage.objects.exists()


@pytest.mark.django_db
def test_pages_may_be_called_what_the_shop_calls_them() -> None:
    assert create_page(fields={"title": "Returns"}).slug == "returns"
    assert create_page(fields={"title": "Orders"}).slug == "orders"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "field"),
    [({}, "title"), ({"title": "T", "slug": "A b"}, "slug"), ({"title": "T", "slug": "about"}, "slug")],
)
def test_pages_that_cannot_be_written_are_refused(fields: Any, field: str) -> None:
    create_page(fields={"title": "About"})
    with pytest.raises(InvalidInput) as refused:
        create_page(fields=fields)
    assert list(refused.value.fields) == [field]
    with pytest.raises(NotFound):
        update_page(page_id=99, fields={})


@pytest.mark.django_db
def test_brands_and_tags_are_found_whatever_the_case_and_made_once() -> None:
    men = label_named(Tag, "Men")
    assert (men.name, men.slug) == ("Men", "men")
    assert tags_named(["men", "Women", "MEN", "C++", "C#"]) == [
        men,
        Tag.objects.get(name="Women"),
        men,
        Tag.objects.get(name="C++"),
        Tag.objects.get(name="C#"),
    ]
    assert label_named(Brand, "Men").slug == "men"
    assert label_named(Tag, "Rosé") != label_named(Tag, "Rose")


@pytest.mark.django_db
def test_products_are_told_when_their_brand_or_tag_changes() -> None:
    brand, tag = BrandFactory(), TagFactory()
    product = ProductFactory(brand=brand, tags=[tag])
    for label in (brand, tag):
        ProductChange.objects.all().delete()
        save_label(label, name="Other", slug="other")
        assert list(ProductChange.objects.values_list("product_id", flat=True)) == [product.pk]
        drop_label(label)
    product.refresh_from_db()
    assert (product.brand, product.tags.count()) == (None, 0)


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "slug", "field"), [("", "", "name"), ("A", "a b", "slug"), ("A", "taken", "slug")])
def test_brands_that_cannot_be_written_are_refused(name: str, slug: str, field: str) -> None:
    BrandFactory(slug="taken")
    with pytest.raises(InvalidInput) as refused:
        save_label(Brand(), name=name, slug=slug)
    assert list(refused.value.fields) == [field]


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("Salt & Pepper", "Salt & Pepper"),
        ("Fish &amp; chips", "Fish & chips"),
        ("one\r\n\r\ntwo", "one\n\ntwo"),
        ("a < 5", "<p>a &lt; 5</p>"),
        ("&lt;script&gt;", "<p>&lt;script&gt;</p>"),
        ("&amp;lt;b&amp;gt;", "<p>&amp;lt;b&amp;gt;</p>"),
        ('<p onclick="x()">Hi</p><style>p{}</style>', "<p>Hi</p>"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener noreferrer">x</a>'),
    ],
)
def test_texts_are_stored_clean(typed: str, stored: str) -> None:
    assert stored_text(typed) == stored


@given(st.text(alphabet=st.sampled_from("<>&;/ab \n#x3cplt\"'=!-"), max_size=60))
def test_storing_a_text_again_changes_nothing_and_shows_no_script(text: str) -> None:
    once = stored_text(text)
    assert stored_text(once) == once
    assert "<script" not in readable_html(once)
