"""What several tests of the catalogue start from."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Product
from catalog.services.create_product import create_product


@pytest.fixture
def desk(client_of: Callable[[User], Client], staff: User) -> Client:
    return client_of(staff)


@pytest.fixture
def boat(db: None) -> Product:
    return create_product(
        fields={"name": "Paper Boat", "description": "<p>Folds.</p>", "attributes": [("Paper", "thick")]},
        variants=[
            {"sku": "PB-S", "price": Decimal("1.50"), "options": {"Size": "Small"}, "stock_quantity": 4},
            {"sku": "PB-L", "price": Decimal("9.99"), "options": {"Size": "Large"}, "stock_quantity": 7},
        ],
    )
