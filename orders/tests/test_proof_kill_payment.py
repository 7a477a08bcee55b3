"""Killed between "pay" and "paid": no money without an order, whatever moment the process dies at.

    PROOF=full TEST_DATABASE=mariadb pytest orders/tests/test_proof_kill_payment.py      13 points, 20 times each

The log says how long it took (--log-cli-level=INFO).

A web process or a worker gets SIGKILL at a chosen point, made from outside by wrapping a function in the forked child.
Then a worker starts again, Stripe's webhooks are repeated as Stripe does, half of the shoppers come back and half never
do. The stand-in keeps the bank's books. Within a minute each order is paid, once, or its money is back in full.
"""

from __future__ import annotations

import logging
import os
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.models import User
from carts.tests.factories import goods
from orders.gateways.stripe import client as stripe_client
from orders.gateways.stripe.gateway import StripeGateway
from orders.models import GatewayEvent
from orders.services import gateway_events, pay, payable, payment_answer, payment_results, refunds
from orders.services.pay import look_at_payment
from orders.tests.factories import OrderFactory
from orders.tests.stripe_stand_in import SECRET, StandIn, Thing, serve, signed
from orders.tests.whole import what_is_broken
from orders.web import pay_views
from shop.tasks import presence, rows
from shop.testing.concurrency import fork

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.proof]

logger = logging.getLogger(__name__)

FULL = os.environ.get("PROOF") == "full"
TIMES = 20 if FULL else 1
SECONDS = 60
HOOK = "/api/payments/webhooks/stripe"


@dataclass(frozen=True)
class Point:
    """The process dies when `name` of `owner` has been done, or `before` it is; `phase` is what it was doing."""

    phase: str
    owner: Any
    name: str
    before: bool = False

    def __str__(self) -> str:
        return f"{self.phase}, {'before' if self.before else 'after'} {self.name}"


POINTS = [
    Point("begin", StripeGateway, "start", before=True),
    Point("begin", StripeGateway, "start"),
    Point("begin", payment_results, "_store"),
    Point("back", StripeGateway, "fetch"),
    Point("back", payment_results, "move"),
    Point("back", payment_answer, "apply_result"),
    Point("hook", GatewayEvent.objects, "get_or_create"),
    Point("hook", gateway_events, "store_event"),
    Point("work", StripeGateway, "fetch"),
    Point("work", payment_results, "queue_confirmation"),
    Point("work", gateway_events, "apply_result"),
    Point("refund", StripeGateway, "refund"),
    Point("refund", refunds, "book_step"),
]
CHOSEN = POINTS if FULL else [POINTS[number] for number in (1, 5, 9, 11)]
PHASES = sorted({point.phase for point in CHOSEN})


def test_every_point_is_there():
    """Most of them are reached by the full size alone."""
    assert [str(point) for point in POINTS if not callable(getattr(point.owner, point.name, None))] == []


@pytest.fixture
def bank(settings, monkeypatch) -> Iterator[StandIn]:
    settings.SHOP_GATEWAYS = ["stripe", "manual"]
    settings.SHOP_STRIPE_SECRET_KEY, settings.SHOP_STRIPE_PUBLISHABLE_KEY = "sk_test_1", "pk_test_1"
    settings.SHOP_STRIPE_WEBHOOK_SECRETS = [SECRET]
    settings.SHOP_RATE_LIMITS_ENABLED = False
    stand_in = StandIn()
    server, address = serve(stand_in)
    monkeypatch.setattr(stripe_client, "API_ADDRESS", address)
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def quick_pauses(monkeypatch) -> None:
    """In the small size nobody waits the half minutes that a dead worker and a lost answer are given."""
    if FULL:
        return
    for where in (payable, pay, pay_views):
        monkeypatch.setattr(where, "UNANSWERED", timedelta(seconds=1))
    monkeypatch.setattr(presence, "LOST_AFTER", timedelta(seconds=2))
    monkeypatch.setattr(presence, "BEAT_SECONDS", 1)
    monkeypatch.setattr(rows, "pause_before_next", lambda _row: timedelta(0))


class Purchase:
    """An order and its shopper's browser."""

    def __init__(self, user: User, bank: StandIn, *, comes_back: bool) -> None:
        items = [(goods(price="20.00"), 1)]
        self.order = OrderFactory(user=user, items=items, status="pending", payment_method="stripe")
        self.bank, self.comes_back = bank, comes_back
        self.browser = Client()
        self.browser.force_login(user)
        self.address = reverse("orders:pay", args=[self.order.number])

    def begin(self) -> None:
        self.browser.post(self.address, {"by": "fields"})

    def type_card(self) -> None:
        """Stripe's fields are on the page as soon as the shop has said which payment."""
        payment = self.order.payments.filter(state="requires_action").last()
        if payment is not None:
            self.bank.pay(payment.gateway_reference)

    def back(self) -> None:
        self.browser.get(f"{self.address}back/")

    def cancel(self) -> None:
        self.browser.post(reverse("orders:cancel", args=[self.order.number]))

    def charged(self) -> int:
        mine = {n for n, intent in self.bank.intents.items() if intent["metadata"]["order"] == self.order.number}
        taken = sum(self.bank.intents[name]["amount_received"] for name in mine)
        return taken - sum(back["amount"] for back in self.bank.refunds.values() if back["payment_intent"] in mine)

    def events(self) -> list[Thing]:
        mine = {n for n, intent in self.bank.intents.items() if intent["metadata"]["order"] == self.order.number}
        about = [(event, event["data"]["object"]) for event in self.bank.events]
        return [event for event, thing in about if {thing["id"], thing.get("payment_intent")} & mine]

    def stands(self) -> str:
        """ "paid", "back", "unpaid" where nothing was taken, and "" where the books do not agree yet."""
        self.order.refresh_from_db()
        order, units = self.order, self.charged()
        if order.status == "paid" and units == int(order.total * 100) and order.captured == order.total:
            return "paid"
        if units == 0 and order.captured == order.refunded and order.status in ("cancelled", "pending"):
            return "back" if order.captured else "unpaid"
        return ""


@pytest.mark.parametrize("phase", PHASES)
def test_killed_anywhere_from_beginning_to_pay_on(phase, bank, shopper):
    """All that one phase lost is right again within a minute of one restart."""
    told, killed_at = set[str](), list[tuple[Point, Purchase]]()
    for point in [point for point in CHOSEN if point.phase == phase]:
        for number in range(TIMES):
            killed_at.append((point, Purchase(shopper, bank, comes_back=number % 2 == 0)))
            _kill_one(*killed_at[-1], told)
    restarted = time.monotonic()
    with worker():
        wrong = killed_at
        while wrong and time.monotonic() < restarted + SECONDS:
            for point, purchase in wrong:
                _go_on(point, purchase, told)
            time.sleep(0.5)
            wrong = [(point, purchase) for point, purchase in wrong if not _is_right(point, purchase)]
        took = time.monotonic() - restarted
        assert [(str(point), purchase.stands()) for point, purchase in wrong] == []
    assert [str(point) for point, purchase in killed_at if not _is_right(point, purchase)] == [], "and it stays so"
    assert what_is_broken() == []
    logger.info("%s: %d kills, right again after %.0f s", phase, len(killed_at), took)


def _is_right(point: Point, purchase: Purchase) -> bool:
    stands = purchase.stands()
    if point.phase == "refund":
        return stands == "back" and purchase.order.refunded == purchase.order.total
    # Whoever was cut off before there was anything to pay, and never came back, has not paid.
    gone = point.phase == "begin" and not purchase.comes_back
    return stands == ("unpaid" if gone else "paid")


def _kill_one(point: Point, purchase: Purchase, told: set[str]) -> None:
    if point.phase == "begin":
        killed(point, purchase.begin)
        return
    purchase.begin()
    purchase.type_card()
    if point.phase == "back":
        killed(point, purchase.back)
    elif point.phase == "hook":
        killed(point, lambda: _hook(purchase.events()[0]))
    elif point.phase == "work":
        _tell(purchase, told)
        killed(point, _work)
    else:
        look_at_payment(payment=purchase.order.payments.get())
        purchase.cancel()
        killed(point, _work)


def _go_on(point: Point, purchase: Purchase, told: set[str]) -> None:
    """Stripe repeats what was not answered; a shopper who comes back looks how it stands, and pays where asked to."""
    _tell(purchase, told)
    if not purchase.comes_back or point.phase == "refund" or purchase.stands() == "paid":
        return
    if point.phase == "begin" and not purchase.charged():
        purchase.begin()
        purchase.type_card()
    purchase.back()


def _tell(purchase: Purchase, told: set[str]) -> None:
    for event in purchase.events():
        if event["id"] not in told and _hook(event) == 204:
            told.add(event["id"])


def _hook(event: Thing) -> int:
    body, headers = signed(event)
    return Client().post(HOOK, body, content_type="application/json", headers=headers).status_code


def _work() -> None:
    call_command("run_worker")


def killed(point: Point, act: Callable[[], None]) -> None:
    """`act` in a process of its own, which must die at the point."""
    real = getattr(point.owner, point.name)

    def last(*args: Any, **kwargs: Any) -> Any:
        if not point.before:
            real(*args, **kwargs)
        os.kill(os.getpid(), signal.SIGKILL)

    def run() -> None:
        with patch.object(point.owner, point.name, last):
            act()

    child = fork(run)
    child.join(SECONDS)
    if child.exitcode is None:
        child.kill()
    assert child.exitcode == -signal.SIGKILL, f"it went past {point}"


@contextmanager
def worker() -> Iterator[None]:
    child = fork(_work)
    try:
        yield
    finally:
        child.terminate()
        child.join(SECONDS)
