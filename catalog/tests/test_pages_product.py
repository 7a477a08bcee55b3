"""A product's page."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from catalog.models import OptionValue, ProductStatus, Recommendation, ReviewStatus, Stock, StockHold
from catalog.services.moderate_review import refresh_rating
from catalog.tests.factories import (
    AttributeFactory,
    BrandFactory,
    CategoryFactory,
    ImageFactory,
    PageFactory,
    ProductFactory,
    ReviewFactory,
    VariantFactory,
    refresh,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def framed():
    product = ProductFactory(name="Contours 7", slug="contours-7", variants=0)
    for i, (size, frame, price, stock) in enumerate(
        [("Small", "Oak", 20, 9), ("Small", "Black", 25, 2), ("Large", "Black", 40, 0)]
    ):
        VariantFactory(
            product=product,
            sku=f"{size}-{frame}",
            options={"Size": size, "Frame": frame},
            price=Decimal(price),
            stock=stock,
            position=i,
        )
    return product


def variant(product, sku):
    return product.variants.get(sku=sku)


def test_a_simple_product(client):
    prints = CategoryFactory(slug="prints", name="Prints")
    hills = CategoryFactory(slug="hills", name="Hills", parent=prints)
    product = ProductFactory(
        name="Contours 7",
        slug="contours-7",
        category=hills,
        brand=BrandFactory(name="Halftide", slug="halftide"),
        description="<p>Thirteen <em>heights</em>.</p><script>alert(1)</script>",
        price="28.00",
    )
    AttributeFactory(product=product, name="Paper", value="Cotton & rag")
    response = client.get("/products/contours-7/")
    text = response.text
    assert "<h1>Contours 7</h1>" in text
    assert "Thirteen <em>heights</em>." in text
    assert "alert(1)" not in text
    assert '<meta name="description" content="Thirteen heights.">' in text
    assert "Cotton &amp; rag" in text
    assert '<a href="/products/?brand=halftide">Halftide</a>' in text
    assert '<li><a href="/categories/prints/">Prints</a></li>' in text
    assert '<li><a href="/categories/prints/hills/">Hills</a></li>' in text
    assert "Add to bag, €28.00" in text
    assert f'<input type="hidden" name="variant_id" value="{product.variants.get().pk}">' in text
    assert "There is no picture yet." in text


@pytest.mark.parametrize("status", [ProductStatus.DRAFT, ProductStatus.ARCHIVED])
def test_what_is_not_shown_is_not_there(client, status):
    ProductFactory(slug="hidden", status=status)
    assert client.get("/products/hidden/").status_code == 404
    assert client.get("/products/unknown/").status_code == 404


def test_options_are_radio_buttons_that_post_themselves(client, framed):
    text = client.get("/products/contours-7/").text
    for value in OptionValue.objects.all():
        assert f'name="option_{value.option_id}" value="{value.pk}"' in text
    assert 'name="variant_id"' not in text
    assert f'name="product_id" value="{framed.pk}"' in text
    assert "Not made so" in text


def test_the_address_chooses_a_variant(client, framed):
    response = client.get("/products/contours-7/", {"variant": variant(framed, "Small-Black").pk})
    assert "Add to bag, €25.00" in response.text
    assert "Only 2 left" in response.text
    chosen = {tile.value.value for group in response.context["page"].groups for tile in group.tiles if tile.is_chosen}
    assert chosen == {"Small", "Black"}


@pytest.mark.parametrize("value", ["", "x", "0", "-1", "999999999", "1" * 400])
def test_any_other_variant_shows_the_first(client, framed, value):
    assert "Add to bag, €20.00" in client.get("/products/contours-7/", {"variant": value}).text


def test_a_sold_out_choice_can_be_looked_at_but_not_bought(client, framed):
    text = client.get("/products/contours-7/", {"variant": variant(framed, "Large-Black").pk}).text
    assert "Sold out" in text
    assert "€40.00" in text
    assert '<button class="button button--full" disabled>Sold out</button>' in text
    assert "Add to bag, " not in text


def test_without_script_the_form_asks_for_another_choice(client, framed):
    black = variant(framed, "Small-Black")
    chosen = {f"option_{value.option_id}": value.pk for value in OptionValue.objects.filter(chosen_by__variant=black)}
    response = client.get(
        "/products/contours-7/", {**chosen, "quantity": "2", "product_id": framed.pk, "csrfmiddlewaretoken": "secret"}
    )
    assert response.status_code == 302
    assert response["Location"] == f"/products/contours-7/?variant={black.pk}&quantity=2"


def test_with_script_the_address_follows(client, framed):
    oak = OptionValue.objects.get(value="Oak")
    large = OptionValue.objects.get(value="Large")
    response = client.get(
        "/products/contours-7/",
        {f"option_{oak.option_id}": oak.pk, f"option_{large.option_id}": large.pk},
        headers={"HX-Request": "true", "HX-Trigger-Name": f"option_{large.option_id}"},
    )
    assert response["HX-Replace-Url"] == f"/products/contours-7/?variant={variant(framed, 'Large-Black').pk}"
    assert "Large / Black: €40.00, sold out" in response.text


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("quantity=3", 3),
        ("quantity=3&step=1", 4),
        ("quantity=3&step=-1", 2),
        ("quantity=1&step=-1", 1),
        ("quantity=0", 1),
        ("quantity=-4", 1),
        ("quantity=1.5", 1),
        ("quantity=abc&step=5", 1),
        ("quantity=1000000000", 9),
        ("quantity=12", 9),
    ],
)
def test_the_number_stays_within_what_there_is(client, framed, query, expected):
    response = client.get(f"/products/contours-7/?{query}")
    assert response.context["quantity"] == expected
    assert f'value="{expected}" min="1" max="9"' in response.text


def test_enter_in_the_number_adds_to_the_bag(client, framed):
    text = client.get("/products/contours-7/").text
    form = text[text.index('id="buy"') :]
    first = re.search(r"<button[^>]*>", form).group()
    assert "name=" not in first
    assert "formaction" not in first


def test_what_lies_in_bags_may_come_back(client):
    product = ProductFactory(slug="held", stock=1)
    held = product.variants.get()
    StockHold.objects.create(
        reference="r", owner="o", variant=held, quantity=1, expires_at=timezone.now() + timedelta(minutes=5)
    )
    Stock.objects.update(held=1)
    text = client.get("/products/held/").text
    assert "The last ones are in bags at the moment." in text
    assert "Add to bag, " in text
    StockHold.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    text = client.get("/products/held/").text
    assert "in bags at the moment" not in text
    assert "Only 1 left" in text


def test_what_can_be_ordered_without_being_there(client):
    product = ProductFactory(slug="order-it", variants=0)
    VariantFactory(product=product, stock=0, allow_backorder=True)
    assert "it is sent when it is back" in client.get("/products/order-it/").text


def test_nothing_for_sale_any_more(client):
    ProductFactory(slug="bare", variants=0)
    text = client.get("/products/bare/").text
    assert "This cannot be bought at the moment." in text
    assert "Add to bag, " not in text


def test_variants_without_options_are_offered_by_name(client):
    product = ProductFactory(slug="tube", variants=3)
    text = client.get("/products/tube/").text
    assert text.count('name="variant_id"') == 3
    assert product.variants.first().sku in text


def test_the_chosen_variants_picture_comes_first(client, framed):
    ImageFactory(product=framed, alt="All of it", position=0)
    black = ImageFactory(product=framed, alt="In black", position=1)
    framed.variants.filter(sku="Small-Black").update(image=black)
    page = client.get("/products/contours-7/").context["page"]
    assert [image.alt for image in page.images] == ["All of it", "In black"]
    page = client.get("/products/contours-7/", {"variant": variant(framed, "Small-Black").pk}).context["page"]
    assert [image.alt for image in page.images] == ["In black", "All of it"]


def test_pictures_known_only_by_address_are_not_shown(client, framed):
    framed.images.create(source_url="https://elsewhere.example/x.jpg")
    text = client.get("/products/contours-7/").text
    assert "elsewhere.example" not in text


def test_structured_data(client, framed):
    framed.name = "Contours </script x><!-- 7"
    framed.save()
    ReviewFactory(product=framed, rating=4)
    refresh_rating(framed)
    text = client.get("/products/contours-7/").text
    found = re.search(r'<script type="application/ld\+json">(.*?)</script>', text).group(1)
    assert "<" not in found
    data = json.loads(found)
    assert data["name"] == "Contours </script x><!-- 7"
    assert data["url"] == "http://testserver/products/contours-7/"
    assert data["aggregateRating"] == {"@type": "AggregateRating", "ratingValue": "4.00", "reviewCount": 1}
    assert [(offer["sku"], offer["price"], offer["availability"].rpartition("/")[2]) for offer in data["offers"]] == [
        ("Small-Oak", "20.00", "InStock"),
        ("Small-Black", "25.00", "InStock"),
        ("Large-Black", "40.00", "OutOfStock"),
    ]


def test_related_goods_come_from_the_same_category(client):
    category = CategoryFactory()
    ProductFactory(slug="this", category=category)
    ProductFactory(name="Sibling", category=category)
    ProductFactory(name="Stranger", category=CategoryFactory())
    page = client.get("/products/this/").context["page"]
    assert [product.name for product in page.related] == ["Sibling"]


def test_where_those_are_few_more_come_from_around_it(client):
    root = CategoryFactory()
    category, beside = CategoryFactory(parent=root), CategoryFactory(parent=root)
    ProductFactory(slug="this", category=category)
    ProductFactory(name="Sibling", category=category, popularity=0)
    for popularity in range(5):
        ProductFactory(name=f"Cousin {popularity}", category=beside, popularity=popularity)
    ProductFactory(name="Stranger", category=CategoryFactory(), popularity=99)
    page = client.get("/products/this/").context["page"]
    assert [product.name for product in page.related] == ["Sibling", "Cousin 4", "Cousin 3", "Cousin 2"]


def test_reviews(client, framed):
    for i in range(7):
        ReviewFactory(
            product=framed,
            rating=5 if i < 6 else 2,
            title=f"Title {i}",
            comment="<b>bold</b>",
            verified_purchase=i == 0,
            created_at=timezone.now() - timedelta(days=i),
        )
    ReviewFactory(product=framed, title="Waiting", status=ReviewStatus.PENDING)
    refresh_rating(framed)
    response = client.get("/products/contours-7/")
    assert "4.6 from 7 reviews" in response.text
    assert "Title 0" in response.text
    assert "Title 5" not in response.text
    assert "Waiting" not in response.text
    assert "<b>bold</b>" not in response.text
    assert response.text.count("Verified purchase") == 1
    assert [(star.stars, star.count, star.percent) for star in response.context["page"].stars] == [
        (5, 6, 86),
        (4, 0, 0),
        (3, 0, 0),
        (2, 1, 14),
        (1, 0, 0),
    ]
    assert "?reviews=2#reviews" in response.text
    older = client.get("/products/contours-7/?reviews=2").text
    assert "Title 5" in older
    assert "Title 0" not in older
    only = client.get("/products/contours-7/?stars=2").text
    assert "Title 6" in only
    assert "Title 1" not in only


@pytest.mark.parametrize(
    "query", ["reviews=0", "reviews=abc", "reviews=99999999999", "stars=6", "stars=x", "reviews=-1"]
)
def test_any_other_review_page_is_the_first(client, framed, query):
    ReviewFactory(product=framed, title="Only one")
    refresh_rating(framed)
    assert "Only one" in client.get(f"/products/contours-7/?{query}").text


def test_notes_that_staff_wrote(client, framed):
    PageFactory(slug="delivery-note", title="Sent within two days", in_footer=False)
    PageFactory(slug="returns", title="Thirty days to send it back")
    text = client.get("/products/contours-7/").text
    assert "Sent within two days" in text
    assert '<a href="/pages/returns/">Thirty days to send it back</a>' in text


@pytest.mark.parametrize("number", [10, 100])
def test_queries(client, number, django_assert_num_queries):
    category = CategoryFactory()
    product = ProductFactory(slug="big", category=category, brand=BrandFactory(), variants=0)
    for i in range(number):
        image = ImageFactory(product=product)
        options = {"Size": f"{i} cm", "Frame": f"no {i % 5}"}
        VariantFactory(product=product, options=options, image=image, position=i, refreshed=False)
        AttributeFactory(product=product)
        ReviewFactory(product=product)
        other = ImageFactory(product=ProductFactory(category=category)).product
        Recommendation.objects.create(product=product, other=other, kind="similar", rank=i)
    refresh(product)
    refresh_rating(product)
    with django_assert_num_queries(5):
        client.get("/products/big/")
