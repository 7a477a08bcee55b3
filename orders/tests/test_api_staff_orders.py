"""/api/admin/orders: found and read."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts.tests.api import refused
from orders.models import Order
from orders.tests.factories import OrderFactory
from orders.tests.staff_api import numbers

pytestmark = pytest.mark.django_db


def test_the_list_is_newest_first_and_says_what_was_ordered(staff_api):
    old, new = OrderFactory(), OrderFactory(status="pending")
    answer = staff_api.get().json()
    assert [row["number"] for row in answer["results"]] == [new.number, old.number]
    assert (answer["count"], answer["count_exact"]) == (2, True)
    row = answer["results"][1]
    line = old.lines.get()
    assert (row["id"], row["status"], row["total_amount"], row["captured"]) == (old.public_id, "paid", "44.90", "44.90")
    assert row["delivery_address"]["full_name"] == "Ines Albrecht"
    assert (row["items"][0]["id"], row["items"][0]["quantity"]) == (line.public_id, 2)
    assert row["items"][0]["price_at_purchase"] == str(line.unit_price)


def test_each_filter(staff_api):
    paid, pending = OrderFactory(email="ines@example.org"), OrderFactory(status="pending")
    Order.objects.filter(pk=paid.pk).update(placed_at=timezone.now() - timezone.timedelta(days=3))
    yesterday = (timezone.now() - timezone.timedelta(days=1)).isoformat()
    assert numbers(staff_api.get(status="pending")) == [pending.number]
    assert numbers(staff_api.get(payment_status="paid")) == [paid.number]
    assert numbers(staff_api.get(fulfilment_status="fulfilled")) == []
    assert numbers(staff_api.get(email="Ines@Example.org")) == [paid.number]
    assert numbers(staff_api.get(since=yesterday)) == [pending.number]
    assert numbers(staff_api.get(until=yesterday)) == [paid.number]
    assert numbers(staff_api.get(search=pending.number[:6].lower())) == [pending.number]
    assert numbers(staff_api.get(search="albrecht", status="paid")) == [paid.number]
    assert numbers(staff_api.get(search="nobody")) == []


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
def test_what_is_asked_wrongly(staff_api, query, field):
    problem = refused(staff_api.get(**query), 400, "invalid")
    assert [error["field"] for error in problem["errors"]] == [field]


def test_what_a_form_left_empty_asks_for_nothing(staff_api):
    order = OrderFactory(status="pending")
    empty = dict.fromkeys(("status", "payment_status", "since", "until", "email", "search", "page"), "")
    assert numbers(staff_api.get(**empty)) == [order.number]


def test_many_words_are_not_too_many(staff_api):
    assert numbers(staff_api.get(search=" ".join("ab" for _ in range(60)))) == []


def test_pages_and_cursors_meet_every_order_once(staff_api):
    made = [OrderFactory(status="pending").number for _ in range(5)]
    first = staff_api.get(page_size=2).json()
    assert [row["number"] for row in first["results"]] == made[:2:-1]
    seen, cursor = [], ""
    while cursor is not None:
        page = staff_api.client.get(cursor or "/api/admin/orders?cursor=&page_size=2").json()
        seen += [row["number"] for row in page["results"]]
        cursor = page["next"]
    assert seen == made[::-1]


def test_queries_do_not_grow_with_the_orders(staff_api, django_assert_num_queries):
    OrderFactory(status="pending")
    with django_assert_num_queries(6):  # session, user, count, orders, lines, addresses
        staff_api.get()
    for _ in range(4):
        OrderFactory(status="pending")
    with django_assert_num_queries(6):
        staff_api.get()


@pytest.mark.parametrize("named", ["number", "public_id", "typed"])
def test_one_order_with_everything(staff_api, named, staff, django_assert_num_queries):
    order = OrderFactory(status="shipped")
    path = {"typed": order.number.lower().replace("-", "")}.get(named) or getattr(order, named)
    with django_assert_num_queries(17):
        body = staff_api.get(f"/{path}").json()
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
def test_no_such_order(staff_api, path):
    if path.endswith("status"):
        refused(staff_api.put(path, {"status": "paid"}), 404, "not_found")
    else:
        refused(staff_api.get(path), 404, "not_found")
