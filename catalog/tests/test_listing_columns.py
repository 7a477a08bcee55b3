"""The columns on a product that lists read."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from catalog.models import CatalogueVersion, Product, ProductChange, Variant
from catalog.services.listing import refresh_listing
from catalog.tests.factories import ImageFactory, ProductFactory, VariantFactory

pytestmark = pytest.mark.django_db


def refreshed(product: Product) -> Product:
    with transaction.atomic():
        refresh_listing([product.pk])
    product.refresh_from_db()
    return product


@pytest.fixture
def product() -> Product:
    """Three variants: 30 (was 40), 20, 50."""
    product = ProductFactory(variants=0)
    VariantFactory(product=product, price=Decimal(30), compare_at_price=Decimal(40), options_key="a")
    VariantFactory(product=product, price=Decimal(20), options_key="b")
    VariantFactory(product=product, price=Decimal(50), options_key="c")
    return refreshed(product)


def test_prices_are_those_of_the_cheapest_and_the_dearest(product):
    assert (product.price, product.price_to, product.variant_count) == (20, 50, 3)
    assert product.on_sale
    assert product.compare_at_price is None  # the cheapest one is not reduced


def test_the_price_before_is_the_cheapest_ones(product):
    Variant.objects.filter(product=product, options_key="b").update(is_active=False)
    refreshed(product)
    assert (product.price, product.compare_at_price, product.variant_count) == (30, 40, 2)


def test_what_is_archived_or_not_for_sale_does_not_count(product):
    Variant.objects.filter(product=product).update(archived_at=timezone.now())
    refreshed(product)
    assert (product.price, product.price_to, product.variant_count) == (0, 0, 0)
    assert (product.in_stock, product.low_stock, product.on_sale) == (False, False, False)


def test_the_first_picture_by_position_is_the_main_one(product):
    later = ImageFactory(product=product, position=2)
    first = ImageFactory(product=product, position=1)
    assert refreshed(product).main_image == first
    first.delete()
    assert refreshed(product).main_image == later


def test_a_picture_that_was_never_fetched_is_not_shown(product):
    image = ImageFactory(product=product)
    type(image).objects.filter(pk=image.pk).update(file="")
    assert refreshed(product).main_image is None


def test_a_change_is_told_and_no_change_is_not(product):
    changes, version = ProductChange.objects.count(), CatalogueVersion.objects.get().number
    refreshed(product)
    assert (ProductChange.objects.count(), CatalogueVersion.objects.get().number) == (changes, version)
    Variant.objects.filter(product=product, options_key="b").update(price=Decimal(19))
    refreshed(product)
    assert ProductChange.objects.count() == changes + 1
    assert CatalogueVersion.objects.get().number == version + 1


def test_editors_are_not_disturbed(product):
    before = (product.updated_at, product.edit_version)
    Variant.objects.filter(product=product, options_key="b").update(price=Decimal(19))
    refreshed(product)
    assert (product.updated_at, product.edit_version) == before


def test_the_number_of_queries_does_not_grow(django_assert_num_queries):
    products = [ProductFactory(variants=2) for _ in range(8)]
    with transaction.atomic(), django_assert_num_queries(3):
        refresh_listing([products[0].pk])
    with transaction.atomic(), django_assert_num_queries(3):
        refresh_listing([product.pk for product in products])
