"""Stripe's messages: whose signature does not fit writes nothing."""

from __future__ import annotations

import random
import time
from typing import Any

import pytest
from django.test import Client

from orders.models import GatewayEvent, Order
from orders.tests.factories import OrderFactory
from orders.tests.stripe_stand_in import SECRET, signed
from orders.tests.stripe_steps import HOOK, hook, opened, state
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(bank) -> Order:
    return OrderFactory(status="pending", payment_method="stripe")


def forged(event: dict[str, Any], dice: random.Random) -> int:
    now = int(time.time())
    body, headers = signed(event)
    kind = dice.choice(["secret", "old", "future", "unsigned", "altered", "oversized", "scheme", "garbage", "twice"])
    if kind == "secret":
        return hook(event, secret=f"whsec_{dice.random()}")
    if kind in ("old", "future"):
        far = dice.randint(330, 10**6)
        return hook(event, at=now - far if kind == "old" else now + far)
    if kind == "unsigned":
        headers = {}
    elif kind == "altered":
        at = dice.randrange(len(body))
        body = body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]
    elif kind == "oversized":
        body, headers = signed({**event, "filler": "x" * 300_000})
    elif kind == "scheme":
        headers = {"Stripe-Signature": headers["Stripe-Signature"].replace("v1=", "v0=")}
    elif kind == "garbage":
        headers = {"Stripe-Signature": "".join(dice.choice("t=v1,0aé") for _ in range(40))}
    else:
        headers = {"Stripe-Signature": headers["Stripe-Signature"].replace("t=", f"t={now - 9999},t=")}
    return Client().post(HOOK, body, content_type="application/json", headers=headers).status_code


def test_five_hundred_forged_ones_write_nothing(order, bank):
    bank.pay(opened(order).gateway_reference)
    event, dice = bank.events[0], random.Random(7)
    for _ in range(500):
        assert forged(event, dice) in {400, 413}
    assert GatewayEvent.objects.count() == 0
    assert state(order)[0] == "pending"
    assert hook(event) == 204


def test_two_secrets_while_one_is_replaced(bank, settings):
    settings.SHOP_STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
    event = {"id": "evt_1", "type": "customer.created", "data": {"object": {"id": "cus_1", "object": "customer"}}}
    assert (hook(event), hook({**event, "id": "evt_2"}, secret="whsec_new")) == (204, 204)
    run_tasks()
    assert set(GatewayEvent.objects.values_list("outcome", flat=True)) == {"This payment is not known."}


@pytest.mark.parametrize("broken", [[], {}, {"id": "e"}, {"id": "e", "type": "t", "data": {"object": None}}])
def test_signed_and_unreadable(bank, broken):
    assert hook(broken) == 400


def test_nothing_of_a_card_is_kept(order, bank):
    bank.pay(opened(order).gateway_reference)
    hook(bank.events[0])
    assert set(GatewayEvent.objects.get().payload) == {"id", "type", "object"}
