"""/api/admin/orders/{number}/status and /notes: moved on, and said why."""

from __future__ import annotations

import pytest

from accounts.tests.api import refused
from carts.tests.factories import goods
from orders.models import Order, OrderStatus
from orders.services.transitions import MOVES
from orders.tests.factories import OrderFactory
from orders.tests.stock import assert_stock_agrees
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


MOVED = [(before, after) for before, to in MOVES.items() for after in sorted(to)]


@pytest.mark.parametrize(("before", "after"), MOVED)
def test_every_move_there_is(staff_api, before, after):
    later = (before, after) == (OrderStatus.PENDING, OrderStatus.PROCESSING)
    order = OrderFactory(status=before, payment_method="transfer" if later else "test")
    if later:
        Order.objects.filter(pk=order.pk).update(status="pending")
    answer = staff_api.put(f"/{order.number}/status", {"status": after})
    assert answer.status_code == 200, answer.content
    assert answer.json()["status"] == after
    run_tasks()
    assert_stock_agrees()


@pytest.mark.parametrize("before", list(OrderStatus))
def test_every_other_move_is_refused(staff_api, before):
    order = OrderFactory(status=before)
    for after in set(OrderStatus) - MOVES[before] - {OrderStatus.PENDING}:
        refused(staff_api.put(f"/{order.number}/status", {"status": after}), 409, "invalid_transition")
        assert Order.objects.get(pk=order.pk).status == before


def test_a_card_has_to_be_charged_before_anybody_packs(staff_api):
    order = OrderFactory(status="pending")
    refused(staff_api.put(f"/{order.number}/status", {"status": "processing"}), 409, "invalid_transition")


def test_a_part_was_sent_already(staff_api):
    order = OrderFactory(items=[(goods(), 3)])
    items = [{"line_id": order.lines.get().public_id, "quantity": 1}]
    assert staff_api.post(f"/{order.number}/shipments", {"items": items}).status_code == 201
    refused(staff_api.put(f"/{order.number}/status", {"status": "cancelled"}), 409, "invalid_transition")


def test_a_status_with_a_note_and_who_did_it(staff_api, staff):
    order = OrderFactory()
    staff_api.put(f"/{order.number}/status", {"status": "cancelled", "note": "Called us"})
    events = {event.kind: event for event in order.events.all()}
    assert (events["note"].message, events["note"].actor, events["note"].is_public) == ("Called us", staff, False)
    assert events["cancelled"].data == {"reason": "staff"}


@pytest.mark.parametrize("body", [{}, {"status": "pending"}, {"status": "lost"}, {"status": 7}])
def test_no_status(staff_api, body):
    refused(staff_api.put(f"/{OrderFactory().number}/status", body), 400, "invalid")


def test_notes(staff_api, staff):
    order = OrderFactory()
    answer = staff_api.post(f"/{order.number}/notes", {"note": "Called", "is_public": True})
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
    refused(staff_api.post(f"/{order.number}/notes", {"note": " "}), 400, "invalid")
    refused(staff_api.post(f"/{order.number}/notes", {"text": "Called"}), 400, "unknown_field")
