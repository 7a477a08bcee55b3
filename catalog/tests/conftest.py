"""What several tests of the catalogue start from."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import User
from catalog.models import Product
from catalog.search import reader
from catalog.search.writer import Indexer
from catalog.selectors import index as index_selectors
from catalog.services import record_search
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


@pytest.fixture(autouse=True)
def _no_searches_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Searches of other tests are not written in this one."""
    monkeypatch.setattr(record_search, "_hits", Counter())
    monkeypatch.setattr(record_search, "_written_at", [time.monotonic()])


@pytest.fixture
def index(db: None, settings: Any, tmp_path: Path) -> Callable[[], None]:
    """A search index of this test's own; `index()` brings it up to date, as the indexer does."""
    settings.SHOP_SEARCH_ROOT = tmp_path / "search"

    def update() -> None:
        indexer = Indexer()
        indexer.step()
        indexer.close()

    return update


@pytest.fixture(params=["database", "index"])
def found_by(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """The test runs twice: without an index, and with one that is up to date at every look."""
    if request.param == "index":
        if "django_assert_num_queries" in request.fixturenames:
            pytest.skip("bringing the index up to date asks the database too")
        update = request.getfixturevalue("index")
        monkeypatch.setattr(index_selectors, "snapshot", lambda: (update(), reader.snapshot())[1])
    return str(request.param)
