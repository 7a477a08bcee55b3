"""Databases of before come along, and can go back."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.apps.registry import Apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from catalog.models import Stock
from catalog.models.stock import NEVER
from catalog.services.create_product import create_product
from catalog.services.update_variant import update_variant
from catalog.tests.factories import VariantFactory

pytestmark = pytest.mark.django_db(transaction=True)

EMPTY, NEVER_EMPTY = "0007_stock_edit_version", "0008_stock_refused_at_never_empty"
BEFORE_LOWEST, WITH_LOWEST = "0009_reduced_goods", "0010_lowest_before"


@pytest.fixture
def _migrated_after() -> Iterator[None]:
    yield
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def migrated(name: str) -> Apps:
    """The models as they were after this migration of the catalogue, and the database with them."""
    executor = MigrationExecutor(connection)
    return executor.migrate([("catalog", name)]).apps


@pytest.mark.usefixtures("_migrated_after")
def test_nobody_was_refused_yet():
    asked, unasked = VariantFactory().pk, VariantFactory().pk
    noted = timezone.now().replace(microsecond=1)
    before = migrated(EMPTY).get_model("catalog", "Stock").objects
    before.filter(pk=asked).update(refused_at=noted)
    before.filter(pk=unasked).update(refused_at=None)

    after = migrated(NEVER_EMPTY).get_model("catalog", "Stock").objects
    assert dict(after.values_list("pk", "refused_at")) == {asked: noted, unasked: NEVER}

    back = migrated(EMPTY).get_model("catalog", "Stock").objects
    assert dict(back.values_list("pk", "refused_at")) == {asked: noted, unasked: NEVER}
    back.filter(pk=unasked).update(refused_at=None)
    migrated(NEVER_EMPTY)
    assert Stock.objects.get(pk=unasked).refused_at == NEVER


@pytest.mark.usefixtures("_migrated_after")
def test_what_a_reduction_must_show_is_taken_from_the_history():
    many = [{"price": Decimal("20.00"), "options": {"Size": size}} for size in ("S", "L")]
    changed, unchanged = create_product(fields={"name": "Gate"}, variants=many).variants.values_list("pk", flat=True)
    update_variant(variant_id=changed, fields={"price": Decimal("15.00")})
    migrated(BEFORE_LOWEST)
    after = migrated(WITH_LOWEST).get_model("catalog", "Variant").objects
    assert dict(after.values_list("pk", "lowest_before")) == {changed: Decimal("20.00"), unchanged: None}
