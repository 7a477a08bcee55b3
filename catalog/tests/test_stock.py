"""Counters change by conditional updates only, and every change is in the ledger."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from catalog.models import MovementKind, Product, Stock, StockHold, StockMovement
from catalog.services.stock import (
    StockChange,
    StockCommitted,
    StockRefused,
    adjust_stock,
    change_stock,
    lock_stock,
    receive_stock,
    set_on_hand,
)
from catalog.tests.factories import ProductFactory, VariantFactory
from catalog.tests.ledger import assert_books_agree
from shop.common.errors import NotFound

pytestmark = pytest.mark.django_db


def variant_with(stock: int = 10, **options):
    return VariantFactory(stock=stock, **options)


def counters(variant) -> tuple[int, int, int]:
    stock = Stock.objects.get(pk=variant.pk)
    return stock.on_hand, stock.held, stock.committed


def movements(variant) -> list[tuple[str, int, int, int]]:
    rows = StockMovement.objects.filter(variant=variant).order_by("id")[1:]  # the first is the factory's
    return [(row.kind, row.on_hand_change, row.held_change, row.committed_change) for row in rows]


class TestChangeStock:
    def test_adds_up_and_writes_the_ledger(self):
        variant = variant_with(10)
        change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.HOLD, held=4, reference="line-1")])
        change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.COMMIT, held=-4, committed=4)])
        assert counters(variant) == (10, 0, 4)
        assert movements(variant) == [("hold", 0, 4, 0), ("commit", 0, -4, 4)]
        assert StockMovement.objects.get(kind="hold").reference == "line-1"
        assert_books_agree()

    @pytest.mark.parametrize(
        "change",
        [
            {"held": 11},
            {"committed": 11},
            {"held": 6, "committed": 5},
            {"on_hand": -11},
            {"held": -1},
            {"committed": -1},
        ],
    )
    def test_refuses_more_than_there_is(self, change):
        variant = variant_with(10)
        with pytest.raises(StockRefused) as refused:
            change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.ADJUST, **change)])
        assert refused.value.change.variant_id == variant.pk
        assert counters(variant) == (10, 0, 0)
        assert movements(variant) == []

    @pytest.mark.parametrize("beyond", [{"allow_backorder": True}, {"tracked": False}])
    def test_sells_beyond_stock_where_that_is_allowed(self, beyond):
        variant = variant_with(1, **beyond)
        change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.COMMIT, committed=5)])
        assert counters(variant) == (1, 0, 5)
        assert_books_agree()

    def test_a_refusal_leaves_nothing_of_the_whole_unit(self):
        plenty, none = variant_with(10), variant_with(0)
        changes = [StockChange(variant_id=v.pk, kind=MovementKind.COMMIT, committed=1) for v in (plenty, none)]
        with pytest.raises(StockRefused), transaction.atomic():
            change_stock(changes)
        assert counters(plenty) == (10, 0, 0)
        assert_books_agree()

    def test_what_changes_nothing_is_not_in_the_ledger(self):
        variant = variant_with(10)
        change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.HOLD, held=0)])
        assert movements(variant) == []

    def test_the_database_itself_refuses_overselling(self):
        variant = variant_with(1)
        with pytest.raises((IntegrityError, DatabaseError)), transaction.atomic():
            Stock.objects.filter(pk=variant.pk).update(committed=2)


class TestVerbs:
    def test_receiving(self, staff):
        variant = variant_with(2)
        receive_stock(variant_id=variant.pk, quantity=5, reason="Delivery 7", actor_id=staff.pk)
        assert counters(variant) == (7, 0, 0)
        row = StockMovement.objects.get(kind="receive", reason="Delivery 7")
        assert row.actor == staff
        assert row.on_hand_change == 5

    def test_adjusting_up_and_down(self):
        variant = variant_with(5)
        adjust_stock(variant_id=variant.pk, by=-2, reason="Broken")
        assert counters(variant) == (3, 0, 0)
        adjust_stock(variant_id=variant.pk, by=4, reason="Found")
        assert counters(variant) == (7, 0, 0)
        assert_books_agree()

    def test_what_is_held_or_ordered_must_stay_on_hand(self):
        variant = variant_with(5)
        change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.COMMIT, committed=3)])
        with pytest.raises(StockCommitted) as refused:
            set_on_hand(variant_id=variant.pk, quantity=2, reason="Counted")
        assert refused.value.field == "stock_quantity"
        assert str(refused.value) == "3 are in carts or ordered, so at least that many must be on hand."
        set_on_hand(variant_id=variant.pk, quantity=3, reason="Counted")
        assert counters(variant) == (3, 0, 3)

    def test_holds_that_have_ended_do_not_stand_in_the_way(self):
        variant = variant_with(5)
        change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.HOLD, held=5)])
        StockHold.objects.create(
            owner="cart", reference="line", variant=variant, quantity=5, expires_at=timezone.now() - timedelta(hours=1)
        )
        set_on_hand(variant_id=variant.pk, quantity=1, reason="Counted")
        assert counters(variant) == (1, 0, 0)
        assert_books_agree()

    def test_an_unknown_variant_is_not_found(self):
        with pytest.raises(NotFound):
            adjust_stock(variant_id=987654, by=1, reason="Found")

    def test_setting_what_it_is_already_writes_nothing(self):
        variant = variant_with(5)
        set_on_hand(variant_id=variant.pk, quantity=5, reason="Counted")
        assert movements(variant) == []


class TestFlags:
    """Lists read `in_stock` and `low_stock` from the product."""

    def product_with(self, **stock) -> Product:
        product = ProductFactory(variants=0)
        VariantFactory(product=product, **stock)
        product.refresh_from_db()
        return product

    def sell(self, product: Product, units: int) -> Product:
        variant = product.variants.get()
        change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.COMMIT, committed=units)])
        product.refresh_from_db()
        return product

    def test_selling_the_last_one_turns_the_product_sold_out(self):
        product = self.product_with(stock=10)
        updated_at = product.updated_at
        assert (product.in_stock, product.low_stock) == (True, False)
        self.sell(product, 7)
        assert (product.in_stock, product.low_stock) == (True, True)
        self.sell(product, 3)
        assert (product.in_stock, product.low_stock) == (False, False)
        assert product.updated_at == updated_at

    def test_giving_back_turns_it_again_also_in_several_steps(self):
        product = self.product_with(stock=10)
        variant = product.variants.get()
        self.sell(product, 10)
        back = StockChange(variant_id=variant.pk, kind=MovementKind.UNCOMMIT, committed=-5)
        change_stock([back, back])
        product.refresh_from_db()
        assert (product.in_stock, product.low_stock) == (True, False)

    def test_holding_everything_leaves_it_purchasable_in_lists(self):
        product = self.product_with(stock=2)
        change_stock([StockChange(variant_id=product.variants.get().pk, kind=MovementKind.HOLD, held=2)])
        product.refresh_from_db()
        assert product.in_stock

    def test_one_variant_of_two_left_keeps_it_in_stock(self):
        product = self.product_with(stock=1)
        VariantFactory(product=product, stock=1, options_key="other")
        first, second = product.variants.order_by("pk")
        change_stock([StockChange(variant_id=first.pk, kind=MovementKind.COMMIT, committed=1)])
        product.refresh_from_db()
        assert product.in_stock
        change_stock([StockChange(variant_id=second.pk, kind=MovementKind.COMMIT, committed=1)])
        product.refresh_from_db()
        assert not product.in_stock

    @pytest.mark.parametrize("endless", [{"tracked": False}, {"allow_backorder": True}])
    def test_what_never_runs_out_is_never_low(self, endless):
        product = self.product_with(stock=0, **endless)
        self.sell(product, 50)
        assert (product.in_stock, product.low_stock) == (True, False)

    def test_the_threshold_of_a_variant_counts_before_the_shops(self):
        product = self.product_with(stock=10, low_at=8)
        self.sell(product, 2)
        assert product.low_stock

    def test_a_sale_that_flips_nothing_reads_no_product(self, django_assert_num_queries):
        variant = variant_with(100)
        with django_assert_num_queries(3):  # the update, the ledger, the counters
            change_stock([StockChange(variant_id=variant.pk, kind=MovementKind.COMMIT, committed=1)])


def test_locking_returns_rows_by_variant_and_skips_what_is_not_there():
    variant = variant_with(3)
    with transaction.atomic():
        rows = lock_stock([variant.pk, 987654])
    assert {pk: row.on_hand for pk, row in rows.items()} == {variant.pk: 3}


def test_what_is_written_while_a_crowd_waits_never_makes_the_row_longer():
    """InnoDB moves a row that grows together with all who wait for it: minutes, for two hundred."""
    columns = [Stock._meta.get_field(name) for name in ("on_hand", "held", "committed", "edit_version", "refused_at")]
    assert not [column.name for column in columns if column.null]
