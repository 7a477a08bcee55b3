"""What tests of Stripe do again and again; `bank` in conftest is the stand-in that they do it with."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.test import Client

from orders.models import Order, Payment
from orders.services.pay import PayOrder, pay_order
from orders.tests.stripe_stand_in import StandIn, signed
from shop.testing.work import run_tasks

HOOK = "/api/payments/webhooks/stripe"


def opened(order: Order, token: str = "fields") -> Payment:
    return pay_order(PayOrder(order_id=order.pk, token=token, return_url="https://shop.example/back"))


def hook(event: dict[str, Any], **how: Any) -> int:
    body, headers = signed(event, **how)
    return Client().post(HOOK, body, content_type="application/json", headers=headers).status_code


def tell_all(bank: StandIn) -> None:
    for event in bank.events:
        assert hook(event) == 204
    run_tasks()


def state(order: Order) -> tuple[str, str, Decimal, Decimal]:
    order.refresh_from_db()
    return order.status, order.payment_status, order.captured, order.refunded


def units(order: Order) -> int:
    return int(order.total * 100)
