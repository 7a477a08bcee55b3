"""Variants as they can be bought at this moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Stock, StockHold
from catalog.selectors.belongings import belongings
from catalog.selectors.offers import Offer, offers_of
from catalog.tests.factories import ProductFactory, VariantFactory, refresh

pytestmark = pytest.mark.django_db


def only_offer(product) -> Offer:
    offers, _options = offers_of(product, belongings(product).values)
    assert len(offers) == 1
    return offers[0]


def hold(variant, quantity, minutes):
    StockHold.objects.create(
        reference=f"r{StockHold.objects.count()}",
        owner=f"o{StockHold.objects.count()}",
        variant=variant,
        quantity=quantity,
        expires_at=timezone.now() + timedelta(minutes=minutes),
    )
    stock = Stock.objects.get(pk=variant.pk)
    stock.held += quantity
    stock.save()


def test_what_is_there(settings):
    settings.SHOP_MAX_PER_LINE = 5
    offer = only_offer(ProductFactory(stock=12))
    assert offer.availability.quantity == 12
    assert (offer.is_sold_out, offer.is_low, offer.is_backorder, offer.most) == (False, False, False, 5)


def test_the_last_ones(settings):
    settings.SHOP_LOW_STOCK = 3
    offer = only_offer(ProductFactory(stock=3))
    assert (offer.is_low, offer.most) == (True, 3)


def test_sold_out():
    offer = only_offer(ProductFactory(stock=0))
    assert (offer.is_sold_out, offer.is_low, offer.most) == (True, False, 1)


def test_ordered_units_are_gone():
    product = ProductFactory(stock=2)
    Stock.objects.update(committed=2)
    assert only_offer(product).is_sold_out


def test_live_holds_count_and_ended_ones_do_not():
    product = ProductFactory(stock=3)
    variant = product.variants.get()
    hold(variant, 2, minutes=5)
    hold(variant, 1, minutes=-1)
    offer = only_offer(product)
    assert offer.availability.quantity == 1
    assert not offer.is_sold_out


def test_merely_held_is_not_sold_out():
    product = ProductFactory(stock=1)
    hold(product.variants.get(), 1, minutes=5)
    offer = only_offer(product)
    assert offer.availability.is_merely_held
    assert (offer.is_sold_out, offer.most) == (False, 1)


@pytest.mark.parametrize(("tracked", "backorder", "is_backorder"), [(True, True, True), (False, False, False)])
def test_what_can_be_sold_without_being_there(tracked, backorder, is_backorder):
    product = ProductFactory(variants=0)
    VariantFactory(product=product, stock=0, tracked=tracked, allow_backorder=backorder)
    offer = only_offer(product)
    assert (offer.is_sold_out, offer.is_backorder, offer.is_low) == (False, is_backorder, False)


def test_what_is_not_for_sale_is_no_offer():
    product = ProductFactory(variants=0)
    VariantFactory(product=product, sku="here", options={"Size": "S"})
    VariantFactory(product=product, sku="off", is_active=False, options={"Size": "M"})
    VariantFactory(product=product, sku="gone", archived_at=timezone.now(), options={"Size": "L"})
    offers, options = offers_of(product, belongings(product).values)
    assert [offer.variant.sku for offer in offers] == ["here"]
    assert [[value.value for value in option.values] for option in options] == [["S"]]


@pytest.mark.parametrize("number", [10, 100])
def test_two_queries_however_many_variants(number, django_assert_num_queries):
    product = ProductFactory(variants=0)
    for i in range(number):
        options = {"Size": f"{i} cm", "Frame": f"no {i % 7}"}
        VariantFactory(product=product, options=options, position=i, refreshed=False)
    refresh(product)
    with django_assert_num_queries(2):
        offers, options = offers_of(product, belongings(product).values)
        shown = [(offer.variant.title, offer.variant.image, offer.availability.quantity) for offer in offers]
    assert len(shown) == number
    assert [option.name for option in options] == ["Size", "Frame"]
