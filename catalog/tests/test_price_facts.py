"""The lowest price of 30 days beside a reduction, and the price of a unit."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from unittest.mock import patch

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from catalog.models import PriceHistory, Variant
from catalog.selectors.price_facts import lowest_before, unit_price
from catalog.services.create_product import create_product
from catalog.services.update_variant import update_variant
from catalog.tests.factories import ProductFactory

pytestmark = pytest.mark.django_db


def reduced(*history: tuple[int, str], price: str = "15.00") -> Variant:
    """`history`: days ago and the price from then on."""
    variant = ProductFactory(price=price).variants.get()
    Variant.objects.filter(pk=variant.pk).update(compare_at_price=Decimal("30.00"))
    PriceHistory.objects.filter(variant=variant).delete()
    for days, was in history:
        since = timezone.now() - timedelta(days=days)
        PriceHistory.objects.create(variant=variant, price=Decimal(was), since=since)
    Variant.objects.filter(pk=variant.pk).update(lowest_before=lowest_before(variant))
    variant.refresh_from_db()
    return variant


@pytest.mark.parametrize(
    ("history", "lowest"),
    [
        ([(100, "20.00"), (5, "15.00")], "20.00"),
        ([(100, "20.00"), (20, "12.00"), (10, "18.00"), (5, "15.00")], "12.00"),
        ([(100, "10.00"), (60, "25.00"), (5, "15.00")], "25.00"),
        ([(100, "10.00"), (34, "25.00"), (5, "15.00")], "10.00"),
        ([(100, "20.00"), (9, "15.00"), (5, "15.00")], "20.00"),
        ([(5, "15.00")], None),
        ([], None),
    ],
)
def test_the_lowest_of_the_thirty_days_before(history, lowest):
    assert lowest_before(reduced(*history)) == (Decimal(lowest) if lowest else None)


@given(steps=st.lists(st.tuples(st.integers(0, 50), st.sampled_from(["10.00", "15.00", "20.00"])), max_size=6))
def test_the_one_kept_is_always_that_of_the_history(steps):
    """Days go by and the price changes, or stays: what is kept needs no clock."""
    product = create_product(fields={"name": "Gate"}, variants=[{"price": Decimal("15.00")}])
    variant, now = product.variants.get(), timezone.now()
    history = [(now, Decimal("15.00"))]
    for days, price in steps:
        now += timedelta(days=days, seconds=1)
        with patch.object(timezone, "now", return_value=now):
            update_variant(variant_id=variant.pk, fields={"price": Decimal(price)})
        if history[-1][1] != Decimal(price):
            history.append((now, Decimal(price)))
        variant.refresh_from_db()
        assert variant.lowest_before == lowest_before(variant) == lowest_by_hand(history)


def lowest_by_hand(history: list[tuple[datetime, Decimal]]) -> Decimal | None:
    """Of the prices that were asked at some moment of the 30 days before the last change."""
    began = history[-1][0]
    asked_until = pairwise(history)
    return min(
        (price for (_since, price), (until, _next) in asked_until if until > began - timedelta(days=30)), default=None
    )


def test_nothing_is_said_of_what_is_not_reduced(client):
    variant = reduced((100, "20.00"), (5, "15.00"))
    Variant.objects.filter(pk=variant.pk).update(compare_at_price=None)
    assert "Lowest price" not in client.get(variant.product.get_absolute_url()).text


@pytest.mark.parametrize(
    ("price", "amount", "measure", "expected"),
    [
        ("3.00", "250", "g", ("12.00", "kg")),
        ("2.00", "500", "ml", ("4.00", "l")),
        ("9.00", "3", "m", ("3.00", "m")),
        ("9.00", None, "", None),
    ],
)
def test_the_price_of_a_unit(price, amount, measure, expected):
    variant = Variant(price=Decimal(price), unit_amount=amount and Decimal(amount), unit_measure=measure)
    found = unit_price(variant)
    assert (found and (str(found.price.quantize(Decimal("0.01"))), found.unit)) == expected


def test_on_the_page(client):
    variant = reduced((100, "20.00"), (5, "15.00"))
    Variant.objects.filter(pk=variant.pk).update(unit_amount=Decimal("0.5"), unit_measure="kg")
    page = client.get(variant.product.get_absolute_url()).content.decode()
    assert "Lowest price of the 30 days before: €20.00" in page
    assert "€30.00 per kg" in page
