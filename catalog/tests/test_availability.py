"""What can be bought now: live holds of others count, ended ones and one's own do not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catalog.models import Stock, StockHold
from catalog.selectors.stock import availability
from catalog.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db


def hold(variant, owner: str, quantity: int, minutes: int = 15) -> None:
    Stock.objects.filter(pk=variant.pk).update(held=quantity)
    StockHold.objects.create(
        owner=owner,
        reference="line",
        variant=variant,
        quantity=quantity,
        expires_at=timezone.now() + timedelta(minutes=minutes),
    )


def test_others_live_holds_are_taken_off():
    variant = VariantFactory(stock=5)
    hold(variant, "somebody", 3)
    there = availability([variant.pk])[variant.pk]
    assert (there.quantity, there.sellable) == (2, 5)
    assert there.covers(2)
    assert not there.covers(3)


def test_ones_own_hold_is_not():
    variant = VariantFactory(stock=5)
    hold(variant, "me", 5)
    assert availability([variant.pk], owner="me")[variant.pk].quantity == 5


def test_a_hold_that_has_ended_blocks_nobody():
    variant = VariantFactory(stock=5)
    hold(variant, "somebody", 5, minutes=-1)
    assert availability([variant.pk])[variant.pk].quantity == 5


def test_merely_held_is_told_from_sold_out():
    held, sold = VariantFactory(stock=1), VariantFactory(stock=1)
    hold(held, "somebody", 1)
    Stock.objects.filter(pk=sold.pk).update(committed=1)
    there = availability([held.pk, sold.pk])
    assert not there[held.pk].is_available
    assert there[held.pk].is_merely_held
    assert not there[sold.pk].is_available
    assert not there[sold.pk].is_merely_held


@pytest.mark.parametrize("endless", [{"tracked": False}, {"allow_backorder": True}])
def test_what_never_runs_out_covers_any_number(endless):
    variant = VariantFactory(stock=0, **endless)
    there = availability([variant.pk])[variant.pk]
    assert there.covers(1000)
    assert there.is_available
    assert not there.is_merely_held


def test_a_variant_without_counters_is_not_available():
    there = availability([987654])[987654]
    assert (there.quantity, there.unlimited) == (0, False)


def test_two_queries_whatever_the_number(django_assert_num_queries):
    ids = [VariantFactory().pk for _ in range(12)]
    with django_assert_num_queries(2):
        assert len(availability(ids)) == 12
