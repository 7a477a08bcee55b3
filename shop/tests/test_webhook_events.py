"""What happens in the shop is written down with it, for those who want to hear it."""

from __future__ import annotations

from decimal import Decimal

import pytest

from accounts.services.register import Registration, register_user
from carts.tests.factories import goods
from catalog.models import Stock
from catalog.services.archive_product import archive_product, restore_product
from catalog.services.create_product import create_product
from catalog.services.stock import adjust_stock
from catalog.services.update_product import update_product
from orders.services.cancel_order import cancel_order
from orders.services.pay import mark_paid
from orders.services.refund_order import GiveBack, refund_order
from orders.services.ship_order import mark_delivered
from orders.services.transitions import InvalidTransition
from orders.tests.factories import OrderFactory, settle_refunds
from shop.tests.webhook_factories import endpoint
from shop.webhooks.events import EVENTS, SUBSCRIPTIONS, wants
from shop.webhooks.models import WebhookDelivery, WebhookEvent

pytestmark = pytest.mark.django_db


def kinds() -> list[str]:
    return list(WebhookEvent.objects.order_by("id").values_list("kind", flat=True))


def newest(kind: str) -> dict:
    return WebhookEvent.objects.filter(kind=kind).latest("id").data


def test_nobody_listens_and_nothing_is_written():
    OrderFactory(status="shipped")
    endpoint(events=("product.updated",))
    OrderFactory()
    assert kinds() == []


def test_an_orders_life():
    endpoint(events=("order.*",))
    variant = goods(price="20.00")
    order = OrderFactory(items=[(variant, 2)], status="shipped")
    mark_delivered(order_id=order.pk)
    refund_order(GiveBack(order_id=order.pk, amount=Decimal("5.00")))
    settle_refunds(order)
    refund_order(GiveBack(order_id=order.pk))
    settle_refunds(order)
    cancel_order(order_id=OrderFactory(status="pending").pk)
    assert kinds() == [
        "order.created",
        "order.paid",
        "order.shipped",
        "order.delivered",
        "order.refunded",
        "order.refunded",
        "order.created",
        "order.cancelled",
    ]
    created = WebhookEvent.objects.earliest("id").data
    assert (created["number"], created["status"], created["total_amount"]) == (order.number, "pending", "44.90")
    (line,) = created["items"]
    assert (line["sku"], line["quantity"], line["price_at_purchase"]) == (variant.sku, 2, "20.00")
    assert created["delivery_address"]["city"] == "Hamburg"
    assert newest("order.paid") | {"payment_status": "paid", "status": "paid"} == newest("order.paid")
    first, second = WebhookEvent.objects.filter(kind="order.refunded").order_by("id")
    assert (first.data["refunded"], first.data["refund"]["amount"]) == ("5.00", "5.00")
    assert (second.data["status"], second.data["refunded"]) == ("refunded", "44.90")


def test_money_at_the_door_is_told_as_well():
    order = OrderFactory(payment_method="on_delivery", status="shipped")
    endpoint(events=("order.paid",))
    mark_paid(order_id=order.pk)
    assert kinds() == ["order.paid"]


def test_goods():
    endpoint(events=("product.*", "stock.low"))
    product = create_product(fields={"name": "Mug"}, variants=[{"price": Decimal("19.00"), "sku": "MUG-1"}])
    update_product(product_id=product.pk, fields={"name": "Another mug"})
    update_product(product_id=product.pk, fields={"name": "Another mug"})
    archive_product(product_id=product.pk)
    restore_product(product_id=product.pk)
    assert kinds() == ["product.created", "product.updated", "product.archived", "product.updated"]
    assert newest("product.created")["price"] == "19.00"
    assert newest("product.updated")["name"] == "Another mug"
    assert newest("product.archived")["status"] == "archived"


def test_what_runs_out_is_told_once():
    variant = goods(stock=10)
    endpoint(events=("stock.low",))
    adjust_stock(variant_id=variant.pk, by=-7, reason="broken")
    adjust_stock(variant_id=variant.pk, by=-1, reason="broken")
    assert kinds() == ["stock.low"]
    data = newest("stock.low")
    assert (data["id"], data["low_stock"], data["variants"][0]["available"]) == (variant.product_id, True, 3)
    adjust_stock(variant_id=variant.pk, by=20, reason="delivery")
    adjust_stock(variant_id=variant.pk, by=-Stock.objects.get(pk=variant.pk).on_hand, reason="stolen")
    assert kinds() == ["stock.low", "stock.low"]
    assert newest("stock.low")["in_stock"] is False


def test_a_new_customer():
    endpoint(events=("customer.created",))
    user = register_user(Registration(email="new@example.org", password="a quiet wall of prints"), client_address="::1")
    assert newest("customer.created")["email"] == "new@example.org"
    assert newest("customer.created")["id"] == user.pk


def test_what_is_refused_is_not_told():
    order = OrderFactory()
    endpoint()
    with pytest.raises(InvalidTransition):
        mark_delivered(order_id=order.pk)
    assert (kinds(), WebhookDelivery.objects.count()) == ([], 0)


def test_each_that_listens_gets_its_own_delivery():
    first, second = endpoint(), endpoint(events=("order.cancelled", "order.paid"))
    endpoint(is_active=False)
    endpoint(events=("product.*",))
    cancel_order(order_id=OrderFactory(status="pending").pk)
    event = WebhookEvent.objects.get(kind="order.cancelled")
    assert {row.endpoint for row in event.deliveries.all()} == {first, second}


def test_families():
    assert all(wants(["*"], kind) for kind in EVENTS)
    assert [kind for kind in EVENTS if wants(["order.*"], kind)] == [k for k in EVENTS if k.startswith("order.")]
    assert wants(["stock.low"], "stock.low")
    assert not wants(["order.paid"], "order.refunded")
    assert not wants([], "order.paid")
    assert len(set(SUBSCRIPTIONS)) == len(SUBSCRIPTIONS)
