"""/api/admin/orders/{number}/shipments."""

from __future__ import annotations

import pytest

from accounts.tests.api import refused
from carts.tests.factories import goods
from orders.tests.factories import OrderFactory
from orders.tests.stock import assert_stock_agrees, counters

pytestmark = pytest.mark.django_db


def test_a_parcel_with_a_part_and_one_with_the_rest(staff_api, staff):
    variant = goods()
    order = OrderFactory(items=[(variant, 3)])
    line = order.lines.get().public_id
    body = {"items": [{"line_id": line, "quantity": 1}], "carrier": "DHL", "tracking_number": "1Z"}
    answer = staff_api.post(f"/{order.number}/shipments", body)
    assert answer.status_code == 201
    parcel = answer.json()
    assert (parcel["carrier"], parcel["tracking_number"], parcel["delivered_at"]) == ("DHL", "1Z", None)
    assert parcel["items"] == [{"line_id": line, "sku": variant.sku, "name": variant.product.name, "quantity": 1}]
    assert counters(variant) == (9, 0, 2)
    assert order.shipments.get().actor == staff
    assert staff_api.post(f"/{order.number}/shipments").json()["items"][0]["quantity"] == 2
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
def test_parcels_that_cannot_be(staff_api, items, code):
    order = OrderFactory(items=[(goods(), 3)])
    line = order.lines.get().public_id
    sent = [{**item, "line_id": item["line_id"].replace("LINE", line)} for item in items]
    problem = refused(staff_api.post(f"/{order.number}/shipments", {"items": sent}), 400, code)
    assert problem["errors"][0]["field"].startswith("items")
    assert order.shipments.count() == 0


def test_an_order_that_waits_for_money_is_not_sent(staff_api):
    refused(staff_api.post(f"/{OrderFactory(status='pending').number}/shipments"), 409, "invalid_transition")
