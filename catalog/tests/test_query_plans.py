"""How SQLite goes about what is asked of a million products: it knows no sizes, so it must have no choice."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from catalog.models import ProductStatus
from catalog.search.writer import build
from catalog.selectors.listing import products_in_order
from catalog.tests.factories import ProductFactory

BY_ID = "catalog_product USING INTEGER PRIMARY KEY"
MANY = list(range(1, 1001))

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="MariaDB knows the sizes of its tables"),
]


def plans_of(asked: CaptureQueriesContext) -> list[str]:
    """What each question for products reads first, and whether it sorts."""
    plans = []
    for query in asked.captured_queries:
        if query["sql"].startswith('SELECT "catalog_product"'):
            with connection.cursor() as cursor:
                cursor.execute("EXPLAIN QUERY PLAN " + query["sql"])
                plans.append(" ".join(row[3] for row in cursor.fetchall()))
    return plans


def test_a_list_reads_the_products_found_and_no_others():
    with CaptureQueriesContext(connection) as asked:
        products_in_order(MANY)
    (plan,) = plans_of(asked)
    assert BY_ID in plan
    assert "TEMP B-TREE" not in plan


def test_building_the_index_reads_each_product_once(index):
    ProductFactory.create_batch(3)
    with CaptureQueriesContext(connection) as asked:
        build()
    plans = plans_of(asked)
    assert len(plans) == 3  # a batch of ids, the products of it, and no further batch
    assert all(BY_ID in plan and "TEMP B-TREE" not in plan for plan in plans)


def test_only_what_is_shown_is_in_lists_and_index(index):
    shown, draft = ProductFactory(), ProductFactory(status=ProductStatus.DRAFT)
    assert products_in_order([draft.pk, shown.pk]) == [shown]
    assert build() == 1
