from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from carts.tests.factories import goods
from orders.gateways.base import RefundResult
from orders.gateways.test.gateway import SIGNATURE_HEADER, sign
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import GatewayEvent, Payment, Refund
from orders.services.cancel_order import cancel_order
from orders.services.gateway_events import receive_event
from orders.services.pay import PaymentDeclined, PayOrder, pay_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.permissions import clerk
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(staff, client_of):
    return client_of(staff)


def numbers(desk, model: str, **query) -> list[int]:
    response = desk.get(reverse(f"admin:orders_{model}_changelist"), query)
    assert response.status_code == 200
    return [row.pk for row in response.context["cl"].result_list]


def test_payments_tell_what_went_wrong(desk):
    order = OrderFactory(status="pending")
    with pytest.raises(PaymentDeclined):
        pay_order(PayOrder(order_id=order.pk, token="4000000000009995"))
    OrderFactory()
    payment = order.payments.get()

    assert numbers(desk, "payment", state__exact="failed") == [payment.pk]
    assert numbers(desk, "payment", q=order.number.lower()[:8]) == [payment.pk]
    assert numbers(desk, "payment", q=payment.gateway_reference) == [payment.pk]
    assert numbers(desk, "payment", q="nothing") == []
    html = desk.get(reverse("admin:orders_payment_change", args=[payment.pk])).content.decode()
    assert "There is not enough money on this card" in html
    assert order.number in html
    assert payment.gateway_key in html


def test_refunds_tell_what_went_wrong(desk, monkeypatch):
    order = OrderFactory()
    refusal = RefundResult(succeeded=False, error_message="The card is closed")
    monkeypatch.setattr(PretendGateway, "refund", lambda self, request: refusal)
    cancel_order(order_id=order.pk)
    settle_refunds(order)
    refund = order.refunds.get()

    assert numbers(desk, "refund", state__exact="failed") == [refund.pk]
    html = desk.get(reverse("admin:orders_refund_change", args=[refund.pk])).content.decode()
    assert "The card is closed" in html


def test_messages_of_gateways_are_kept_to_be_read(desk):
    order = OrderFactory()
    body = json.dumps({"id": "evt_1", "type": "paid", "reference": order.payments.get().gateway_reference}).encode()
    receive_event(gateway_code="test", headers={SIGNATURE_HEADER: sign(body)}, body=body)
    event = GatewayEvent.objects.get()
    assert numbers(desk, "gatewayevent", applied_at__isempty="1") == [event.pk]
    run_tasks()
    assert numbers(desk, "gatewayevent", applied_at__isempty="0", q="evt_1") == [event.pk]
    assert "evt_1" in desk.get(reverse("admin:orders_gatewayevent_change", args=[event.pk])).content.decode()


@pytest.mark.parametrize("model", ["payment", "refund", "gatewayevent"])
def test_they_are_only_read(desk, model):
    order = OrderFactory(status="refunded")
    row = GatewayEvent.objects.create(gateway="test", event_id="e", kind="k", payload={})
    row = {"payment": order.payments.first(), "refund": order.refunds.first(), "gatewayevent": row}[model]
    assert desk.get(f"/admin/orders/{model}/add/").status_code == 403
    assert desk.post(f"/admin/orders/{model}/{row.pk}/change/", {"amount": "0"}).status_code == 403
    assert desk.post(f"/admin/orders/{model}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    assert (Payment.objects.count(), Refund.objects.count(), GatewayEvent.objects.count()) == (1, 1, 1)


@pytest.mark.parametrize(("model", "queries"), [("payment", 5), ("refund", 4)])
def test_the_number_of_queries_does_not_depend_on_the_number_of_rows(desk, model, queries, django_assert_num_queries):
    OrderFactory(status="refunded")
    numbers(desk, model)
    with django_assert_num_queries(queries):
        numbers(desk, model)
    for _ in range(4):
        OrderFactory(status="refunded")
    with django_assert_num_queries(queries):
        assert len(numbers(desk, model)) == 5


class TestOverview:
    def tiles(self, desk) -> dict[str, int]:
        response = desk.get("/admin/")
        assert response.status_code == 200
        return {str(label): count for count, label, _url in response.context.get("tiles") or ()}

    def test_what_waits(self, desk, monkeypatch):
        for status in ("pending", "paid", "processing", "shipped"):
            OrderFactory(status=status)
        monkeypatch.setattr(PretendGateway, "refund", lambda self, request: RefundResult(succeeded=False))
        cancelled = OrderFactory()
        cancel_order(order_id=cancelled.pk)
        settle_refunds(cancelled)
        goods(stock=0)
        goods(stock=1)
        DBTaskResult.objects.filter(pk=DBTaskResult.objects.first().pk).update(status="FAILED")

        assert self.tiles(desk) == {
            "orders to ship": 2,
            "order waiting for payment": 1,
            "cancelled, money not back yet": 1,
            "promises overdue": 0,
            "product low in stock": 1,
            "product sold out": 1,
            "task failed": 1,
        }

    def test_each_leads_to_the_list(self, desk):
        for address in ("/admin/orders/order/?todo=ship", "/admin/orders/order/?todo=money"):
            assert address in desk.get("/admin/").content.decode()
            assert desk.get(address).status_code == 200

    def test_everybody_sees_what_they_may(self, client_of):
        assert set(self.tiles(client_of(clerk("view_product")))) == {"products low in stock", "products sold out"}
        assert "orders to ship" in self.tiles(client_of(clerk("view_order")))
        assert self.tiles(client_of(clerk())) == {}

    def test_a_fixed_number_of_queries(self, desk, django_assert_num_queries):
        OrderFactory()
        desk.get("/admin/")
        with django_assert_num_queries(16):
            desk.get("/admin/")
        OrderFactory()
        OrderFactory()
        with django_assert_num_queries(16):
            desk.get("/admin/")
