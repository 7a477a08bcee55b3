"""/api/admin/orders: found, read, moved on, refunded, sent, noted."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from django.utils import timezone

from accounts.models import ApiKey
from accounts.services.api_keys import make_key
from accounts.tests.api import refused
from carts.tests.factories import goods
from orders.gateways.base import GatewayUnreachable, RefundResult
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import Order, OrderStatus, Refund
from orders.services.give_back import process_refund
from orders.services.refund_order import GiveBack, refund_order
from orders.services.transitions import MOVES
from orders.tests.factories import OrderFactory
from orders.tests.permissions import clerk
from orders.tests.stock import assert_stock_agrees, counters
from shop.testing.concurrency import race
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

PAY_LATER = {OrderStatus.PROCESSING: "on_delivery"}


@pytest.fixture
def api(client_of, staff):
    return Caller(client_of(staff))


class Caller:
    def __init__(self, client: Client) -> None:
        self.client = client

    def get(self, path: str = "", **query: Any) -> Any:
        return self.client.get(f"/api/admin/orders{path}", query)

    def put(self, path: str, body: Any) -> Any:
        return self.client.put(f"/api/admin/orders{path}", body, content_type="application/json")

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        return self.client.post(
            f"/api/admin/orders{path}", body or {}, content_type="application/json", headers=headers
        )

    def refund(self, order: Order, body: Any = None, key: str = "") -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        return self.post(f"/{order.number}/refund", body, **headers)


def numbers(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.content
    return [row["number"] for row in answer.json()["results"]]


def test_the_list_is_newest_first_and_says_what_was_ordered(api):
    old, new = OrderFactory(), OrderFactory(status="pending")
    answer = api.get().json()
    assert [row["number"] for row in answer["results"]] == [new.number, old.number]
    assert (answer["count"], answer["count_exact"]) == (2, True)
    row = answer["results"][1]
    line = old.lines.get()
    assert (row["id"], row["status"], row["total_amount"], row["captured"]) == (old.public_id, "paid", "44.90", "44.90")
    assert row["delivery_address"]["full_name"] == "Ines Albrecht"
    assert (row["items"][0]["id"], row["items"][0]["quantity"]) == (line.public_id, 2)
    assert row["items"][0]["price_at_purchase"] == str(line.unit_price)


def test_each_filter(api):
    paid, pending = OrderFactory(email="ines@example.org"), OrderFactory(status="pending")
    Order.objects.filter(pk=paid.pk).update(placed_at=timezone.now() - timezone.timedelta(days=3))
    yesterday = (timezone.now() - timezone.timedelta(days=1)).isoformat()
    assert numbers(api.get(status="pending")) == [pending.number]
    assert numbers(api.get(payment_status="paid")) == [paid.number]
    assert numbers(api.get(fulfilment_status="fulfilled")) == []
    assert numbers(api.get(email="Ines@Example.org")) == [paid.number]
    assert numbers(api.get(since=yesterday)) == [pending.number]
    assert numbers(api.get(until=yesterday)) == [paid.number]
    assert numbers(api.get(search=pending.number[:6].lower())) == [pending.number]
    assert numbers(api.get(search="albrecht", status="paid")) == [paid.number]
    assert numbers(api.get(search="nobody")) == []


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"status": "lost"}, "status"),
        ({"since": "yesterday"}, "since"),
        ({"until": "0001-01-01T00:00:00Z"}, "until"),
        ({"search": "a\x00b"}, "search"),
        ({"search": "x" * 201}, "search"),
        ({"page": "0"}, "page"),
    ],
)
def test_what_is_asked_wrongly(api, query, field):
    problem = refused(api.get(**query), 400, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]


def test_what_a_form_left_empty_asks_for_nothing(api):
    order = OrderFactory(status="pending")
    empty = dict.fromkeys(("status", "payment_status", "since", "until", "email", "search", "page"), "")
    assert numbers(api.get(**empty)) == [order.number]


def test_many_words_are_not_too_many(api):
    assert numbers(api.get(search=" ".join("ab" for _ in range(60)))) == []


def test_pages_and_cursors_meet_every_order_once(api):
    made = [OrderFactory(status="pending").number for _ in range(5)]
    first = api.get(page_size=2).json()
    assert [row["number"] for row in first["results"]] == made[:2:-1]
    seen, cursor = [], ""
    while cursor is not None:
        page = api.client.get(cursor or "/api/admin/orders?cursor=&page_size=2").json()
        seen += [row["number"] for row in page["results"]]
        cursor = page["next"]
    assert seen == made[::-1]


def test_queries_do_not_grow_with_the_orders(api, django_assert_num_queries):
    OrderFactory(status="pending")
    with django_assert_num_queries(6):  # session, user, count, orders, lines, addresses
        api.get()
    for _ in range(4):
        OrderFactory(status="pending")
    with django_assert_num_queries(6):
        api.get()


@pytest.mark.parametrize("named", ["number", "public_id", "typed"])
def test_one_order_with_everything(api, named, staff, django_assert_num_queries):
    order = OrderFactory(status="shipped")
    path = {"typed": order.number.lower().replace("-", "")}.get(named) or getattr(order, named)
    with django_assert_num_queries(17):
        body = api.get(f"/{path}").json()
    assert body["number"] == order.number
    assert body["transitions"] == ["delivered", "refunded"]
    assert body["refundable"] == "44.90"
    assert body["payments"][0] | {"id": ""} == {
        "id": "",
        "gateway": "test",
        "status": "captured",
        "amount": "44.90",
        "captured": "44.90",
        "refunded": "0.00",
        "currency": "EUR",
        "error_code": "",
        "error_message": "",
        "created_at": body["payments"][0]["created_at"],
    }
    parcel = body["shipments"][0]
    assert (parcel["carrier"], parcel["items"][0]["quantity"]) == ("DHL", 2)
    assert {event["kind"] for event in body["events"]} >= {"paid", "shipped", "confirmed"}


@pytest.mark.parametrize("path", ["/7KQ2-M9XD-04TB", "/x", "/%00", "/7KQ2-M9XD-04TB/status"])
def test_no_such_order(api, path):
    if path.endswith("status"):
        refused(api.put(path, {"status": "paid"}), 404, "not_found")
    else:
        refused(api.get(path), 404, "not_found")


MOVED = [(before, after) for before, to in MOVES.items() for after in sorted(to)]


@pytest.mark.parametrize(("before", "after"), MOVED)
def test_every_move_there_is(api, before, after):
    later = (before, after) == (OrderStatus.PENDING, OrderStatus.PROCESSING)
    order = OrderFactory(status=before, payment_method="transfer" if later else "test")
    if later:
        Order.objects.filter(pk=order.pk).update(status="pending")
    answer = api.put(f"/{order.number}/status", {"status": after})
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == after
    run_tasks()
    assert_stock_agrees()


@pytest.mark.parametrize("before", list(OrderStatus))
def test_every_other_move_is_refused(api, before):
    order = OrderFactory(status=before)
    for after in set(OrderStatus) - MOVES[before] - {OrderStatus.PENDING}:
        refused(api.put(f"/{order.number}/status", {"status": after}), 409, "invalid_transition")
        assert Order.objects.get(pk=order.pk).status == before


def test_a_card_has_to_be_charged_before_anybody_packs(api):
    order = OrderFactory(status="pending")
    refused(api.put(f"/{order.number}/status", {"status": "processing"}), 409, "invalid_transition")


def test_nothing_paid_is_nothing_to_refund(api):
    order = OrderFactory(status="delivered", payment_method="on_delivery")
    refused(api.put(f"/{order.number}/status", {"status": "refunded"}), 409, "invalid_transition")


def test_a_part_was_sent_already(api):
    order = OrderFactory(items=[(goods(), 3)])
    line = order.lines.get().public_id
    assert api.post(f"/{order.number}/shipments", {"items": [{"line_id": line, "quantity": 1}]}).status_code == 201
    refused(api.put(f"/{order.number}/status", {"status": "cancelled"}), 409, "invalid_transition")


def test_a_status_with_a_note_and_who_did_it(api, staff):
    order = OrderFactory()
    api.put(f"/{order.number}/status", {"status": "cancelled", "note": "Called us"})
    events = {event.kind: event for event in order.events.all()}
    assert (events["note"].message, events["note"].actor, events["note"].is_public) == ("Called us", staff, False)
    assert events["cancelled"].data == {"reason": "staff"}


@pytest.mark.parametrize("body", [{}, {"status": "pending"}, {"status": "lost"}, {"status": 7}])
def test_no_status(api, body):
    refused(api.put(f"/{OrderFactory().number}/status", body), 400, "invalid")


def test_a_refund_is_there_when_it_is_answered(api, staff):
    order = OrderFactory()
    answer = api.refund(order, {"amount": "4.90", "reason": "damaged"})
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
    assert api.get(f"/{order.number}").json()["refundable"] == "40.00"


def test_never_more_than_was_captured(api):
    order = OrderFactory()
    problem = refused(api.refund(order, {"amount": "44.91"}), 400, "invalid")
    assert problem["errors"][0]["field"] == "amount"
    assert api.refund(order).status_code == 201
    refused(api.refund(order, {"amount": "0.01"}), 400, "invalid")
    assert order.refunds.count() == 1


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1.001", 5, None, "NaN", "1e2"])
def test_amounts_that_are_none(api, amount):
    refused(api.refund(OrderFactory(), {"amount": amount}), 400, "invalid")


def test_one_key_is_one_refund(api):
    order = OrderFactory()
    first = api.refund(order, {"amount": "4.90"}, key="r-1")
    again = api.refund(order, {"amount": "4.90"}, key="r-1")
    assert first.json() == again.json()
    assert ("Idempotency-Replayed" in first, again["Idempotency-Replayed"]) == (False, "true")
    refused(api.refund(order, {"amount": "5.00"}, key="r-1"), 422, "idempotency_key_reused")
    assert order.refunds.count() == 1
    assert api.refund(order, {"amount": "4.90"}, key="r-2").status_code == 201
    assert order.refunds.count() == 2


def test_a_refusal_is_told_and_kept(api, monkeypatch):
    order = OrderFactory()
    monkeypatch.setattr(
        PretendGateway,
        "refund",
        lambda self, request: RefundResult(succeeded=False, error_message="The card is closed"),
    )
    for _ in range(2):
        problem = refused(api.refund(order, key="r-1"), 402, "refund_declined")
        assert problem["detail"] == "The card is closed"
        assert problem["request_id"]
    monkeypatch.undo()
    assert order.refunds.count() == 1
    assert api.refund(order, key="r-2").json()["status"] == "succeeded"


def test_a_gateway_that_is_silent_is_asked_again_by_the_worker(api, monkeypatch):
    order = OrderFactory()

    def silent(self: PretendGateway, request: Any) -> RefundResult:
        raise GatewayUnreachable

    monkeypatch.setattr(PretendGateway, "refund", silent)
    answer = api.refund(order, key="r-1")
    assert (answer.status_code, answer.json()["status"]) == (201, "pending")
    assert api.get(f"/{order.number}").json()["refundable"] == "0.00"
    monkeypatch.undo()
    run_tasks(also_later=True)
    order.refresh_from_db()
    assert (order.status, order.refunded) == ("refunded", order.total)


def test_a_request_that_died_at_the_gateway_is_taken_up(api, monkeypatch):
    """In between others get 409; once the worker has settled it, the key gives the answer."""
    order = OrderFactory()

    class Died(BaseException):
        pass

    def dies(self: PretendGateway, request: Any) -> RefundResult:
        raise Died

    monkeypatch.setattr(PretendGateway, "refund", dies)
    with pytest.raises(Died):
        api.refund(order, {"amount": "4.90"}, key="r-1")
    refused(api.refund(order, {"amount": "4.90"}, key="r-1"), 409, "idempotency_in_progress")
    monkeypatch.undo()
    process_refund.call(refund_id=Refund.objects.get().pk)
    answer = api.refund(order, {"amount": "4.90"}, key="r-1")
    assert (answer.status_code, answer.json()["status"]) == (201, "succeeded")
    assert api.refund(order, {"amount": "4.90"}, key="r-1")["Idempotency-Replayed"] == "true"
    assert order.refunds.count() == 1


def test_a_parcel_with_a_part_and_one_with_the_rest(api, staff):
    variant = goods()
    order = OrderFactory(items=[(variant, 3)])
    line = order.lines.get().public_id
    body = {"items": [{"line_id": line, "quantity": 1}], "carrier": "DHL", "tracking_number": "1Z"}
    answer = api.post(f"/{order.number}/shipments", body)
    assert answer.status_code == 201
    parcel = answer.json()
    assert (parcel["carrier"], parcel["tracking_number"], parcel["delivered_at"]) == ("DHL", "1Z", None)
    assert parcel["items"] == [{"line_id": line, "sku": variant.sku, "name": variant.product.name, "quantity": 1}]
    assert counters(variant) == (9, 0, 2)
    assert order.shipments.get().actor == staff
    assert api.post(f"/{order.number}/shipments").json()["items"][0]["quantity"] == 2
    order.refresh_from_db()
    assert order.status == "shipped"
    assert_stock_agrees()


@pytest.mark.parametrize(
    ("items", "code"),
    [
        ([{"line_id": "LINE", "quantity": 4}], "invalid"),
        ([{"line_id": "another", "quantity": 1}], "invalid"),
        ([{"line_id": "LINE", "quantity": 1}, {"line_id": "LINE", "quantity": 1}], "invalid"),
        ([], "invalid"),
        ([{"line_id": "LINE", "quantity": 0}], "invalid"),
        ([{"line_id": "LINE", "quantity": 1, "sku": "x"}], "unknown_field"),
    ],
)
def test_parcels_that_cannot_be(api, items, code):
    order = OrderFactory(items=[(goods(), 3)])
    line = order.lines.get().public_id
    sent = [{**item, "line_id": item["line_id"].replace("LINE", line)} for item in items]
    problem = refused(api.post(f"/{order.number}/shipments", {"items": sent}), 400, code)
    assert problem["errors"][0]["field"].startswith("items")
    assert order.shipments.count() == 0


def test_an_order_that_waits_for_money_is_not_sent(api):
    refused(api.post(f"/{OrderFactory(status='pending').number}/shipments"), 409, "invalid_transition")


def test_notes(api, staff):
    order = OrderFactory()
    answer = api.post(f"/{order.number}/notes", {"note": "Called", "is_public": True})
    assert answer.status_code == 201
    assert answer.json() | {"created_at": ""} == {
        "kind": "note",
        "message": "Called",
        "is_public": True,
        "actor": {"id": staff.pk, "name": "Mara"},
        "details": {},
        "created_at": "",
    }
    assert order.events.get(kind="note").is_public
    refused(api.post(f"/{order.number}/notes", {"note": " "}), 400, "invalid")
    refused(api.post(f"/{order.number}/notes", {"text": "Called"}), 400, "unknown_field")


CALLS = [
    ("get", "", None, "view_order"),
    ("get", "/{}", None, "view_order"),
    ("put", "/{}/status", {"status": "processing"}, "change_order"),
    ("post", "/{}/refund", {"amount": "1.00"}, "refund_order"),
    ("post", "/{}/shipments", {}, "change_order"),
    ("post", "/{}/notes", {"note": "x"}, "change_order"),
]


@pytest.mark.parametrize(("method", "path", "body", "permission"), CALLS)
def test_who_may(method, path, body, permission, client_of, anonymous, shopper):
    order = OrderFactory(user=shopper)

    def call(client: Client, **kwargs: Any) -> Any:
        return getattr(client, method)(
            f"/api/admin/orders{path.format(order.number)}",
            *([] if body is None else [body]),
            **({} if body is None else {"content_type": "application/json"}),
        )

    everything = {"view_order", "change_order", "refund_order"}
    refused(call(anonymous), 401, "not_authenticated")
    refused(call(client_of(shopper)), 403, "forbidden")
    refused(call(client_of(clerk(*everything - {permission}))), 403, "forbidden")
    assert call(client_of(clerk(permission))).status_code < 300


def test_cancelling_paid_orders_needs_the_permission_to_refund(client_of):
    order = OrderFactory()
    may_change = Caller(client_of(clerk("change_order")))
    for status in ("cancelled", "refunded"):
        refused(may_change.put(f"/{order.number}/status", {"status": status}), 403, "forbidden")
    unpaid = OrderFactory(status="pending")
    assert may_change.put(f"/{unpaid.number}/status", {"status": "cancelled"}).status_code == 200


def test_a_key_works_for_its_maker(staff):
    role = Group.objects.create(name="Warehouse")
    role.permissions.set(Permission.objects.filter(codename__in=["view_order", "change_order"]))
    secret = make_key(ApiKey(name="Warehouse", group=role), maker=staff)
    by_key = Caller(Client(headers={"Authorization": f"Bearer {secret}"}))
    order = OrderFactory()
    assert numbers(by_key.get()) == [order.number]
    assert by_key.post(f"/{order.number}/shipments").status_code == 201
    assert order.shipments.get().actor == staff
    refused(by_key.refund(order), 403, "forbidden")
    role.permissions.add(Permission.objects.get(codename="refund_order"))
    assert by_key.refund(order, {"amount": "1.00"}, key="k").status_code == 201
    assert by_key.refund(order, {"amount": "1.00"}, key="k")["Idempotency-Replayed"] == "true"


def test_what_is_being_refunded_is_not_given_back_twice(api):
    order = OrderFactory()
    refund_order(GiveBack(order_id=order.pk, amount=Decimal("40.00")))
    refused(api.refund(order, {"amount": "5.00"}), 400, "invalid")


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
