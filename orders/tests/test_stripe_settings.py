"""Stripe's keys and its way to count money."""

from __future__ import annotations

from decimal import Decimal

import pytest

from orders.gateways.stripe.amounts import from_units, to_units
from shop.checks import check_settings


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("10.00", "EUR", 1000), ("500", "JPY", 500), ("1.250", "KWD", 1250), ("5", "ISK", 500), ("0.01", "USD", 1)],
)
def test_units(amount, currency, expected):
    assert to_units(Decimal(amount), currency) == expected
    assert from_units(expected, currency) == Decimal(amount)


def test_missing_keys_stop_the_start(settings):
    settings.SHOP_GATEWAYS, settings.SHOP_STRIPE_SECRET_KEY = ["stripe"], ""
    assert [error.id for error in check_settings()] == ["shop.E008"]
