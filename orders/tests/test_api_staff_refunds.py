"""/api/admin/orders/{number}/refund: given back once, never more than came."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from accounts.tests.api import refused
from orders.gateways.base import GatewayUnreachable, RefundResult
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import Order, Refund
from orders.services.give_back import process_refund
from orders.services.refund_order import GiveBack, refund_order
from orders.tests.factories import OrderFactory
from orders.tests.staff_api import Caller
from shop.testing.concurrency import race
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


def test_nothing_paid_is_nothing_to_refund(staff_api):
    order = OrderFactory(status="delivered", payment_method="on_delivery")
    refused(staff_api.put(f"/{order.number}/status", {"status": "refunded"}), 409, "invalid_transition")


def test_a_refund_is_there_when_it_is_answered(staff_api, staff):
    order = OrderFactory()
    answer = staff_api.refund(order, {"amount": "4.90", "reason": "damaged"})
    assert answer.status_code == 201
    body = answer.json()
    assert (body["order_number"], body["status"], body["amount"]) == (order.number, "succeeded", "4.90")
    (row,) = body["refunds"]
    assert (row["reason"], row["actor"]) == ("damaged", {"id": staff.pk, "name": "Mara"})
    order.refresh_from_db()
    assert (order.refunded, order.payment_status) == (Decimal("4.90"), "partially_refunded")
    run_tasks()
    order.refresh_from_db()
    assert order.refunded == Decimal("4.90")
    assert staff_api.get(f"/{order.number}").json()["refundable"] == "40.00"


def test_never_more_than_was_captured(staff_api):
    order = OrderFactory()
    problem = refused(staff_api.refund(order, {"amount": "44.91"}), 400, "invalid")
    assert problem["errors"][0]["field"] == "amount"
    assert staff_api.refund(order).status_code == 201
    refused(staff_api.refund(order, {"amount": "0.01"}), 400, "invalid")
    assert order.refunds.count() == 1


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.001", 5, None, "NaN", "1e2"])
def test_amounts_that_are_none(staff_api, amount):
    refused(staff_api.refund(OrderFactory(), {"amount": amount}), 400, "invalid")


def test_one_key_is_one_refund(staff_api):
    order = OrderFactory()
    first = staff_api.refund(order, {"amount": "4.90"}, key="r-1")
    again = staff_api.refund(order, {"amount": "4.90"}, key="r-1")
    assert first.json() == again.json()
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    refused(staff_api.refund(order, {"amount": "5.00"}, key="r-1"), 422, "idempotency_key_reused")
    assert order.refunds.count() == 1
    assert staff_api.refund(order, {"amount": "4.90"}, key="r-2").status_code == 201
    assert order.refunds.count() == 2


def test_a_refusal_is_told_and_kept(staff_api, monkeypatch):
    order = OrderFactory()
    monkeypatch.setattr(
        PretendGateway,
        "refund",
        lambda self, request: RefundResult(succeeded=False, error_message="The card is closed"),
    )
    for _ in range(2):
        problem = refused(staff_api.refund(order, key="r-1"), 402, "refund_declined")
        assert problem["detail"] == "The card is closed"
        assert problem["request_id"]
    monkeypatch.undo()
    assert order.refunds.count() == 1
    assert staff_api.refund(order, key="r-2").json()["status"] == "succeeded"


def test_a_gateway_that_is_silent_is_asked_again_by_the_worker(staff_api, monkeypatch):
    order = OrderFactory()

    def silent(self: PretendGateway, request: Any) -> RefundResult:
        raise GatewayUnreachable

    monkeypatch.setattr(PretendGateway, "refund", silent)
    answer = staff_api.refund(order, key="r-1")
    assert (answer.status_code, answer.json()["status"]) == (201, "pending")
    assert staff_api.get(f"/{order.number}").json()["refundable"] == "0.00"
    monkeypatch.undo()
    run_tasks(also_later=True)
    order.refresh_from_db()
    assert (order.status, order.refunded) == ("refunded", order.total)


def test_a_request_that_died_at_the_gateway_is_taken_up(staff_api, monkeypatch):
    """In between others get 409; once the worker has settled it, the key gives the answer."""
    order = OrderFactory()

    class Died(BaseException):
        pass

    def dies(self: PretendGateway, request: Any) -> RefundResult:
        raise Died

    monkeypatch.setattr(PretendGateway, "refund", dies)
    with pytest.raises(Died):
        staff_api.refund(order, {"amount": "4.90"}, key="r-1")
    refused(staff_api.refund(order, {"amount": "4.90"}, key="r-1"), 409, "idempotency_in_progress")
    monkeypatch.undo()
    process_refund.call(refund_id=Refund.objects.get().pk)
    answer = staff_api.refund(order, {"amount": "4.90"}, key="r-1")
    assert (answer.status_code, answer.json()["status"]) == (201, "succeeded")
    assert staff_api.refund(order, {"amount": "4.90"}, key="r-1")["Idempotency-Replayed"] == "true"
    assert order.refunds.count() == 1


def test_what_is_being_refunded_is_not_given_back_twice(staff_api):
    order = OrderFactory()
    refund_order(GiveBack(order_id=order.pk, amount=Decimal("40.00")))
    refused(staff_api.refund(order, {"amount": "5.00"}), 400, "invalid")


def refund_at_once(staff: Any, order: Order, *, key: str = "") -> list[int]:
    """The statuses that eight requests get which start together."""

    def run(_number: int) -> int:
        client = Client()
        client.force_login(staff)
        return int(Caller(client).refund(order, {"amount": "10.00"}, key=key).status_code)

    outcome = race(8, run)
    assert outcome.errors == []
    return outcome.results


@pytest.mark.django_db(transaction=True)
def test_one_key_at_once_is_one_refund(staff):
    order = OrderFactory()
    statuses = refund_at_once(staff, order, key="r-1")
    assert set(statuses) <= {201, 409}
    assert 201 in statuses
    assert order.refunds.count() == 1
    order.refresh_from_db()
    assert order.refunded == Decimal("10.00")


@pytest.mark.django_db(transaction=True)
def test_control_without_a_key_each_is_a_refund_but_never_more_than_was_captured(staff):
    order = OrderFactory()
    assert sorted(refund_at_once(staff, order)) == [201] * 4 + [400] * 4
    order.refresh_from_db()
    assert (order.refunded, order.captured) == (Decimal("40.00"), Decimal("44.90"))
