"""The day that was promised: stored with the order, and measured."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from orders.models import Order
from orders.services.ship_order import mark_delivered
from orders.tests.factories import OrderFactory
from orders.tests.pages import text_of

pytestmark = pytest.mark.django_db


def promised(days: int, status: str = "shipped") -> Order:
    """An order of that status, promised for so many days from now."""
    order = OrderFactory(status=status)
    Order.objects.filter(pk=order.pk).update(promised_to=timezone.localdate() + timedelta(days=days))
    return order


@pytest.mark.parametrize(("days", "kept"), [(1, True), (0, True), (-1, False)])
def test_kept_up_to_the_last_day(days, kept):
    assert mark_delivered(order_id=promised(days).pk).promise_kept is kept


def test_without_a_promise_none_is_kept():
    order = OrderFactory(status="shipped")
    Order.objects.filter(pk=order.pk).update(promised_to=None)
    assert mark_delivered(order_id=order.pk).promise_kept is None


def test_in_the_admin(staff, client_of):
    desk = client_of(staff)
    late, on_time, kept, broken = promised(-1), promised(0), promised(2), promised(-2)
    promised(-3, status="pending")
    for order in (kept, broken):
        mark_delivered(order_id=order.pk)

    def found(which: str) -> set[int]:
        page = desk.get(reverse("admin:orders_order_changelist"), {"promise": which})
        return {order.pk for order in page.context["cl"].result_list}

    assert (found("late"), found("kept"), found("broken")) == ({late.pk}, {kept.pk}, {broken.pk})
    assert "promise overdue" in desk.get("/admin/").content.decode()
    assert on_time.pk not in found("late")


def test_measured_on_the_dashboard(staff, client_of):
    desk = client_of(staff)
    assert desk.get("/api/admin/dashboard").json()["promises_kept"] == {"value": None, "before": None}
    for order in (promised(2), promised(0), promised(-2), promised(1)):
        mark_delivered(order_id=order.pk)
    promised(3)
    assert desk.get("/api/admin/dashboard").json()["promises_kept"] == {"value": 75, "before": None}
    assert "Came as promised 75 %" in text_of(desk.get("/admin/"))
