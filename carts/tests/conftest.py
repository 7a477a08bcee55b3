from __future__ import annotations

from collections.abc import Iterator

import pytest

from accounts.models import User
from carts.tests.api import Api
from carts.tests.factories import default_prices
from catalog.tests.ledger import assert_books_agree


@pytest.fixture
def prices(db: None) -> None:
    """What a new shop charges for delivery and tax."""
    default_prices()


@pytest.fixture
def books_agree(db: None) -> Iterator[None]:
    """In the end the stock is what its ledger says, with the holds that live."""
    yield
    assert_books_agree()


@pytest.fixture
def api(shopper: User) -> Api:
    """A customer's program."""
    return Api(user=shopper)
