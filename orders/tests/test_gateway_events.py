from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from orders.gateways.base import GatewayUnreachable
from orders.gateways.test import gateway as pretend
from orders.gateways.test.gateway import sign
from orders.models import GatewayEvent, Order, Payment
from orders.services.cancel_order import cancel_order
from orders.services.pay import PayOrder, confirm_payment, pay_order
from orders.tests.factories import GOOD_CARD, OrderFactory, settle_refunds
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

URL = "/api/payments/webhooks/test"
CHALLENGE, HANGS, LATE = "4000000000003220", "4000000000000119", "4000000000000259"


@pytest.fixture
def order() -> Order:
    return OrderFactory(status="pending")


@pytest.fixture
def bank_is_quick(monkeypatch):
    monkeypatch.setattr(pretend, "LATE_BY", timedelta(0))


def body(reference: str, event_id: str = "event-1", **more: Any) -> bytes:
    return json.dumps({"id": event_id, "type": "payment.changed", "reference": reference, **more}).encode()


def send(content: bytes, *, url: str = URL, signature: str | None = None, **headers: str) -> Any:
    given = sign(content) if signature is None else signature
    return Client(enforce_csrf_checks=True).post(
        url, content, content_type="application/json", headers={"Test-Signature": given, **headers}
    )


def reference_of(payment: Payment, behaviour: str) -> str:
    seconds = int(payment.created_at.timestamp())
    return f"{behaviour}.{payment.amount}.{seconds}.{payment.gateway_key}"


def state_of(order: Order) -> tuple[str, str, Decimal]:
    order.refresh_from_db()
    return order.status, order.payment_status, order.captured


@pytest.mark.parametrize("url", [URL, URL + "/"])
def test_an_event_is_stored_answered_and_then_applied(order, url, bank_is_quick):
    payment = pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
    assert send(body(payment.gateway_reference), url=url).status_code == 204
    event = GatewayEvent.objects.get()
    assert (event.gateway, event.event_id, event.kind) == ("test", "event-1", "payment.changed")
    assert event.applied_at is None
    run_tasks()
    event.refresh_from_db()
    assert event.applied_at is not None
    assert event.outcome == "captured"


def test_a_late_answer_by_event(order, monkeypatch):
    payment = pay_order(PayOrder(order_id=order.pk, token=LATE))
    monkeypatch.setattr(pretend, "LATE_BY", timedelta(0))
    send(body(payment.gateway_reference))
    assert state_of(order)[0] == "pending"
    run_tasks()
    assert state_of(order) == ("paid", "paid", order.total)


def test_the_same_event_many_times(order, bank_is_quick):
    payment = pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
    for _ in range(3):
        assert send(body(payment.gateway_reference)).status_code == 204
    run_tasks()
    assert GatewayEvent.objects.count() == 1
    assert state_of(order) == ("paid", "paid", order.total)
    assert order.events.filter(kind="paid").count() == 1


def test_many_events_of_one_payment_in_any_order(order):
    asked = pay_order(PayOrder(order_id=order.pk, token=CHALLENGE))
    confirm_payment(payment=asked, approved=True)
    for number in range(4):
        send(body(asked.gateway_reference, event_id=f"event-{number}"))
    run_tasks()
    assert state_of(order) == ("paid", "paid", order.total)
    assert GatewayEvent.objects.filter(applied_at=None).count() == 0


def test_an_event_before_the_answer_finds_the_payment_by_its_key(order, queued):
    """The answer got lost on the way, the event did not."""
    payment = pay_order(PayOrder(order_id=order.pk, token=HANGS))
    assert payment.gateway_reference is None
    reference = reference_of(payment, "hang")
    send(body(reference))
    run_tasks()
    payment.refresh_from_db()
    assert (payment.state, payment.gateway_reference) == ("captured", reference)
    assert state_of(order) == ("paid", "paid", order.total)


def test_money_for_an_order_that_is_gone_goes_back(order, queued):
    payment = pay_order(PayOrder(order_id=order.pk, token=HANGS))
    cancel_order(order_id=order.pk)
    send(body(reference_of(payment, "hang")))
    run_tasks()
    settle_refunds(order)
    assert state_of(order) == ("cancelled", "refunded", order.total)
    assert order.refunded == order.total
    assert queued("send_to_staff")[-1]["kwargs"]["kind"] == "order_alert"


def test_an_event_about_nothing_of_ours(order):
    send(body(f"succeed.20.00.{int(timezone.now().timestamp())}.unknown-key"))
    run_tasks()
    event = GatewayEvent.objects.get()
    assert event.applied_at is not None
    assert event.outcome == "no such payment"


@pytest.mark.parametrize("reference", ["", "nonsense", "a.b.c.d", "succeed.20.00.99999999999999999.k"])
def test_a_reference_the_gateway_does_not_know(reference):
    assert send(body(reference)).status_code == 204
    run_tasks()
    assert GatewayEvent.objects.get().outcome == "This payment is not known."


def test_an_event_waits_while_the_gateway_is_away(order, monkeypatch, queued):
    payment = pay_order(PayOrder(order_id=order.pk, token=LATE))
    send(body(payment.gateway_reference))

    def away(self: object, reference: str) -> None:
        raise GatewayUnreachable

    with monkeypatch.context() as patched:
        patched.setattr(pretend.TestGateway, "fetch", away)
        run_tasks()
    assert GatewayEvent.objects.get().applied_at is None

    monkeypatch.setattr(pretend, "LATE_BY", timedelta(0))
    run_tasks(also_later=True)
    assert GatewayEvent.objects.get().outcome == "captured"
    assert state_of(order)[0] == "paid"


def nothing_written() -> bool:
    return not GatewayEvent.objects.exists()


@pytest.mark.parametrize("signature", ["", "0" * 64, "é", sign(b"another body")])
def test_a_forged_event_is_refused(order, signature):
    response = send(body("succeed.1.1.k"), signature=signature)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert response.json()["code"] == "invalid"
    assert nothing_written()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not json",
        b"\xff\xfe",
        b"[]",
        b'"text"',
        b"{}",
        b'{"id": "1"}',
        body("r" * 256),
        body("r", event_id="e" * 256),
        body("r", type="t" * 81),
    ],
)
def test_a_signed_event_that_cannot_be_read(content):
    assert send(content).status_code == 400
    assert nothing_written()


def test_an_event_that_is_too_large(order):
    content = body("r", padding="x" * (256 * 1024))
    response = send(content)
    assert (response.status_code, response.json()["code"]) == (413, "too_large")
    assert nothing_written()


def test_an_event_that_is_far_too_large(order, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 1024
    content = body("r", padding="x" * 2000)
    assert send(content).status_code == 413
    assert nothing_written()


@pytest.mark.parametrize("gateway", ["manual", "stripe", "unknown"])
def test_gateways_that_send_none(gateway):
    response = send(body("r"), url=f"/api/payments/webhooks/{gateway}")
    assert response.status_code == (400 if gateway == "manual" else 404)
    assert nothing_written()


def test_a_gateway_that_is_switched_off(settings):
    settings.SHOP_GATEWAYS = ["manual"]
    assert send(body("r")).status_code == 404
    assert nothing_written()


def test_only_post(client):
    response = client.get(URL)
    assert (response.status_code, response["Allow"]) == (405, "POST")
