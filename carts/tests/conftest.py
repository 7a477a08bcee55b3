from __future__ import annotations

import pytest

from accounts.models import User
from carts.tests.api import Api
from carts.tests.factories import default_prices


@pytest.fixture
def prices(db: None) -> None:
    """What a new shop charges for delivery and tax."""
    default_prices()


@pytest.fixture
def api(shopper: User) -> Api:
    """A customer's program."""
    return Api(user=shopper)
