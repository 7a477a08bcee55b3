from __future__ import annotations

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from carts.tests.factories import counters, goods
from catalog.models import CatalogueVersion, Product, ProductChange
from orders import tasks
from orders.models import Order, OrderLine, Payment
from orders.services.pay import PayOrder, pay_order
from orders.services.popularity import recount_popularity
from orders.tests.factories import OrderFactory
from shop.tasks.schedule import JOBS
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

HANGS, LATE = "4000000000000119", "4000000000000259"


def end_time_of(order: Order) -> None:
    Order.objects.filter(pk=order.pk).update(pay_by=timezone.now() - timedelta(seconds=1))


def test_the_schedule():
    mine = {job.run.__name__: job.interval for name, job in JOBS.items() if name.startswith("orders.")}
    assert mine["end_unpaid_orders"] == timedelta(minutes=1)
    assert mine["look_at_payments"] == timedelta(minutes=10)
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
