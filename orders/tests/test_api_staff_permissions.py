"""/api/admin/orders: who may do what, people and programs."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client

from accounts.models import ApiKey
from accounts.services.api_keys import make_key
from accounts.tests.api import refused
from orders.tests.factories import OrderFactory
from orders.tests.permissions import clerk
from orders.tests.staff_api import Caller, numbers

pytestmark = pytest.mark.django_db


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
