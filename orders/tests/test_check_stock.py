from __future__ import annotations

import pytest
from django.core.management import call_command

from carts.tests.factories import goods
from catalog.models import Stock, StockHold, StockMovement, Variant
from catalog.tests.unprotected import without_checks
from orders.models import Order, OrderLine, OrderStatus
from orders.services.check_stock import check_stock
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory, fill_cart

pytestmark = pytest.mark.django_db


@pytest.fixture
def variant() -> Variant:
    """Ten on the shelf: two in a bag, three ordered, of which one has left."""
    variant = goods(stock=10)
    fill_cart([(variant, 2)])
    order = OrderFactory(items=[(variant, 3)])
    ship_order(Parcel(order_id=order.pk, quantities={order.lines.get().public_id: 1}))
    return variant


def tamper(variant: Variant, **counters: int) -> None:
    Stock.objects.filter(pk=variant.pk).update(**counters)


def problems() -> list[str]:
    return list(check_stock().problems)


def test_a_shop_in_which_everything_happened(variant, capsys):
    for status in OrderStatus:
        OrderFactory(status=status)

    call_command("check_stock")

    assert capsys.readouterr().out == (
        f"The stock of {Stock.objects.count()} variants agrees with ledger, holds and orders.\n"
    )


def test_a_counter_the_ledger_does_not_explain(variant):
    tamper(variant, on_hand=8)
    assert problems() == [f"{variant.sku}: on hand is 8, by the ledger it is 9"]


def test_a_change_without_its_counter(variant):
    StockMovement.objects.create(variant=variant, kind="receive", on_hand_change=5)
    assert problems() == [f"{variant.sku}: on hand is 9, by the ledger it is 14"]


def test_held_without_a_hold(variant):
    StockHold.objects.all().delete()
    assert problems() == [f"{variant.sku}: held is 2, by the holds it is 0"]


def test_a_hold_that_keeps_nothing(variant):
    StockHold.objects.update(quantity=3)
    assert problems() == [f"{variant.sku}: held is 2, by the holds it is 3"]


def test_committed_without_an_order(variant):
    OrderLine.objects.update(shipped_quantity=3)
    assert problems() == [f"{variant.sku}: committed is 2, by open orders it is 0"]


@pytest.mark.parametrize("status", ["cancelled", "refunded"])
def test_orders_that_ended_keep_nothing(variant, status):
    Order.objects.update(status=status)
    assert problems() == [f"{variant.sku}: committed is 2, by open orders it is 0"]


def test_cancelled_units_are_not_open(variant):
    OrderLine.objects.update(cancelled_quantity=1)
    assert problems() == [f"{variant.sku}: committed is 2, by open orders it is 1"]


def test_an_order_whose_units_are_not_kept(variant):
    """Of a variant that has no other order."""
    other = goods(stock=4)
    OrderLine.objects.update(variant=other)
    assert sorted(problems()) == sorted(
        [
            f"{variant.sku}: committed is 2, by open orders it is 0",
            f"{other.sku}: committed is 0, by open orders it is 2",
        ]
    )


def test_variants_without_counters():
    lonely = goods()
    Stock.objects.filter(pk=lonely.pk).delete()
    assert problems() == [f"{lonely.sku}: rows of counters is 0, by the shop's rule it is 1"]


def test_the_command_ends_with_1_and_names_everything(variant, capsys):
    tamper(variant, on_hand=8)
    OrderLine.objects.update(shipped_quantity=3)

    with pytest.raises(SystemExit) as end:
        call_command("check_stock")

    assert end.value.code == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{variant.sku}: on hand is 8, by the ledger it is 9",
        f"{variant.sku}: committed is 2, by open orders it is 0",
        "2 disagreements in the stock of 1 variants.",
    ]


def test_the_number_of_queries_does_not_depend_on_the_number_of_variants(django_assert_num_queries):
    goods()
    with django_assert_num_queries(7) as one:
        check_stock()
    for _ in range(10):
        goods()
    with django_assert_num_queries(len(one.captured_queries)):
        check_stock()


@pytest.mark.django_db(transaction=True)
def test_what_the_database_would_not_let_happen_is_seen_all_the_same():
    """Counters below zero, and more promised than there is: in a database that lost its CHECKs."""
    variant = goods(stock=1)
    with without_checks():
        tamper(variant, committed=2, held=-1)
        StockMovement.objects.create(variant=variant, kind="commit", committed_change=2, held_change=-1)
        found = problems()
        tamper(variant, committed=3, held=0)
        found += problems()
        tamper(variant, committed=0, held=0)
    assert f"{variant.sku}: held is -1, by the shop's rule it is at least 0" in found
    assert f"{variant.sku}: available is -2, by the shop's rule it is at least 0" in found
