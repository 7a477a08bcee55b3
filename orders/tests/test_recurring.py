from __future__ import annotations

from datetime import timedelta
from io import StringIO
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.utils import timezone

from carts.tests.factories import counters, goods
from catalog.models import CatalogueVersion, Product, ProductChange
from orders import tasks
from orders.gateways.base import GatewayUnreachable
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import Order, OrderLine, Payment
from orders.services.pay import PayOrder, look_at_payment, pay_order
from orders.services.popularity import recount_popularity
from orders.tests.factories import OrderFactory
from shop.common.errors import InvalidInput
from shop.tasks.schedule import JOBS
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

HANGS, LATE, ASKS = "4000000000000119", "4000000000000259", "4000000000003220"


def end_time_of(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(pay_by=timezone.now() - timedelta(seconds=1))


def test_the_schedule():
    mine = {job.run.__name__: job.interval for name, job in JOBS.items() if name.startswith("orders.")}
    assert mine["end_unpaid_orders"] == timedelta(minutes=1)
    assert mine["look_at_payments"] == timedelta(minutes=1)
    assert mine["hear_what_was_missed"] == timedelta(hours=1)
    assert mine["count_what_sells"] == timedelta(hours=1)


def test_unpaid_orders_end(caplog):
    variant = goods(stock=3)
    order = OrderFactory(items=[(variant, 2)], status="pending")
    tasks.end_unpaid_orders()
    assert counters(variant) == (3, 0, 2)
    end_time_of(order)
    tasks.end_unpaid_orders()
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "expired")
    assert counters(variant) == (3, 0, 0)


def test_unpaid_orders_end_by_hand():
    end_time_of(OrderFactory(status="pending"))
    out = StringIO()
    call_command("expire_orders", stdout=out)
    assert out.getvalue() == "1 unpaid orders cancelled.\n"


def test_what_sells_is_counted():
    often, once, never = goods(), goods(), goods()
    OrderFactory(items=[(often, 3), (once, 1)])
    OrderFactory(items=[(often, 2)], status="pending")
    OrderFactory(items=[(once, 4)], status="cancelled")
    OrderFactory(items=[(once, 5)], status="refunded")
    old = OrderFactory(items=[(never, 1)])
    Order.objects.filter(pk=old.pk).update(placed_at=timezone.now() - timedelta(days=366))
    Product.objects.filter(pk=never.product_id).update(popularity=7)

    ProductChange.objects.all().delete()
    version = CatalogueVersion.objects.get().number
    tasks.count_what_sells()

    counts = dict(Product.objects.values_list("pk", "popularity"))
    assert counts == {often.product_id: 5, once.product_id: 1, never.product_id: 0}
    assert set(ProductChange.objects.values_list("product_id", flat=True)) == set(counts)
    assert CatalogueVersion.objects.get().number == version + 1
    assert recount_popularity() == 0, "nothing to write the second time"


def test_cancelled_units_and_lost_products_do_not_count():
    variant = goods()
    order = OrderFactory(items=[(variant, 3), (goods(), 1)])
    line, other = order.lines.all()
    OrderLine.objects.filter(pk=line.pk).update(cancelled_quantity=2)
    OrderLine.objects.filter(pk=other.pk).update(product=None)
    recount_popularity()
    assert dict(Product.objects.filter(popularity__gt=0).values_list("pk", "popularity")) == {variant.product_id: 1}


def quiet_for_hours(payment: Payment) -> None:
    Payment.objects.filter(pk=payment.pk).update(updated_at=timezone.now() - timedelta(hours=2))


def test_quiet_payments_are_asked_about(queued):
    late, lost = OrderFactory(status="pending"), OrderFactory(status="pending")
    decided_late = pay_order(PayOrder(order_id=late.pk, token=LATE))
    never_answered = pay_order(PayOrder(order_id=lost.pk, token=HANGS))
    announced = pay_order(PayOrder(order_id=OrderFactory(payment_method="transfer", status="pending").pk))
    tasks.look_at_payments()
    assert len(queued("check_payment")) == 2, "their own checks are still to come"

    long_ago = f"late.{late.total}.{int(timezone.now().timestamp()) - 7200}.{decided_late.gateway_key}"
    Payment.objects.filter(pk=decided_late.pk).update(gateway_reference=long_ago)
    for payment in (decided_late, never_answered, announced):
        quiet_for_hours(payment)
    tasks.look_at_payments()
    asked_about = [call["kwargs"]["payment_id"] for call in queued("check_payment")[2:]]
    assert set(asked_about) == {decided_late.pk, never_answered.pk}, "there is nobody to ask about a transfer"
    run_tasks()

    late.refresh_from_db()
    never_answered.refresh_from_db()
    announced.refresh_from_db()
    assert late.status == "paid"
    assert never_answered.state == "failed"
    assert announced.state == "processing"


def asked_by_the_bank(order: Order) -> Payment:
    return pay_order(PayOrder(order_id=order.pk, token=ASKS))


def answered_out_of_sight(payment: Payment) -> None:
    """The customer confirmed on the bank's page and never came back; its message was lost."""
    reference = (payment.gateway_reference or "").replace("challenge.", "succeed.", 1)
    Payment.objects.filter(pk=payment.pk).update(gateway_reference=reference)


def test_a_customer_who_paid_and_never_came_back_is_noticed(queued):
    order = OrderFactory(status="pending")
    payment = asked_by_the_bank(order)
    tasks.look_at_payments()
    assert queued("check_payment") == [], "they have just begun"
    answered_out_of_sight(payment)
    Payment.objects.filter(pk=payment.pk).update(updated_at=timezone.now() - timedelta(minutes=6))
    tasks.look_at_payments()
    run_tasks()
    order.refresh_from_db()
    assert (order.status, order.captured) == ("paid", order.total)


def test_an_order_that_is_paid_by_now_does_not_run_out_of_time():
    order, unpaid = OrderFactory(status="pending"), OrderFactory(status="pending")
    answered_out_of_sight(asked_by_the_bank(order))
    asked_by_the_bank(unpaid)
    for one in (order, unpaid):
        end_time_of(one)
    tasks.end_unpaid_orders()
    for one in (order, unpaid):
        one.refresh_from_db()
    assert (order.status, unpaid.status) == ("paid", "cancelled")


def test_a_silent_gateway_keeps_orders_alive_for_a_while():
    asked, another, plain = (OrderFactory(status="pending") for _ in range(3))
    for order in (asked, another):
        asked_by_the_bank(order)
    for order in (asked, another, plain):
        end_time_of(order)
    with patch.object(PretendGateway, "fetch", side_effect=GatewayUnreachable) as fetch:
        tasks.end_unpaid_orders()
        assert fetch.call_count == 1, "one that is away is not asked for each order"
        assert set(Order.objects.filter(status="cancelled")) == {plain}
        Order.objects.filter(pk=asked.pk).update(pay_by=timezone.now() - timedelta(minutes=31))
        tasks.end_unpaid_orders()
    assert set(Order.objects.filter(status="cancelled")) == {asked, plain}
    tasks.end_unpaid_orders()
    assert not Order.objects.filter(status="pending").exists()


def test_a_payment_that_the_gateway_does_not_know_keeps_no_order_alive(caplog):
    order = OrderFactory(status="pending")
    asked_by_the_bank(order)
    end_time_of(order)
    with patch.object(PretendGateway, "fetch", side_effect=InvalidInput("who?")):
        tasks.end_unpaid_orders()
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert "payment_not_known" in caplog.text


def test_a_bank_that_is_away_takes_nothing_from_the_page(order_asked):
    with patch.object(PretendGateway, "fetch", side_effect=GatewayUnreachable):
        payment = look_at_payment(payment=order_asked)
    assert (payment.state, payment.next_action) == ("requires_action", {"type": "challenge"})


@pytest.fixture
def order_asked() -> Payment:
    return asked_by_the_bank(OrderFactory(status="pending"))
