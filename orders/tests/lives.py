"""One order paid by Stripe, and everything that can happen to it: the moves of test_proof_lives.

The stand-in keeps the bank's books. What it took and gave back is the truth that the order has to agree with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from django.core import mail
from django.utils import timezone

from orders.gateways.stripe.gateway import StripeGateway
from orders.models import Order, Payment
from orders.services import gateway_events, payment_answer, payment_results, refunds
from orders.services.cancel_order import cancel_order, expire_orders
from orders.services.check_payment import check_payment
from orders.services.gateway_events import receive_event
from orders.services.pay import PayOrder, look_at_payment, pay_order
from orders.services.reconcile_payments import reconcile_payments
from orders.services.refund_order import GiveBack, refund_order
from orders.tests.stripe_stand_in import StandIn, Thing, signed
from shop.common.errors import ShopError
from shop.tasks import mail as shop_mail
from shop.tasks import rows
from shop.testing.work import run_tasks

OUTCOMES = ("succeed", "decline", "challenge", "late")
TROUBLES = (
    "POST /v1/payment_intents", "POST /v1/checkout/sessions", "POST /v1/refunds",
    "POST /v1/payment_intents/ID/cancel", "GET /v1/payment_intents/ID", "GET /v1/checkout/sessions/ID",
    "GET /v1/events",
)  # fmt: skip
# Where the power goes: when this has been done, and before anything after it is.
CRASHES: tuple[tuple[Any, str], ...] = (
    (StripeGateway, "start"),
    (StripeGateway, "fetch"),
    (StripeGateway, "refund"),
    (StripeGateway, "void"),
    (payment_results, "move"),
    (payment_results, "queue_confirmation"),
    (payment_answer, "apply_result"),
    (gateway_events, "apply_result"),
    (refunds, "write_event"),
    (shop_mail.EmailMultiAlternatives, "send"),
)


class PowerCut(BaseException):
    """The process is gone: nothing after it happens, and nobody catches it."""


class Life:
    def __init__(self, order: Order, bank: StandIn) -> None:
        self.order, self.bank = order, bank
        self.mails_before = len(mail.outbox)
        self.cuts_at_mails = 0

    # --- The shopper -----------------------------------------------------------------------------

    def opens_fields(self, _number: int) -> None:
        self._open("fields")

    def leaves_for_stripes_page(self, _number: int) -> None:
        self._open("redirect")

    def pays(self, number: int) -> None:
        intents = self._intents("requires_payment_method", "requires_action")
        for intent in [name for name in intents if name in self.bank.told][:1]:
            self.bank.pay(intent, outcome=OUTCOMES[number % len(OUTCOMES)])

    def pays_on_stripes_page(self, number: int) -> None:
        visits = [
            name for name, visit in self.bank.visits.items() if visit["status"] == "open" and name in self.bank.told
        ]
        if visits:
            self.bank.pay_visit(visits[number % len(visits)])

    def answers_the_bank(self, number: int) -> None:
        for intent in self._intents("requires_action")[:1]:
            self.bank.answer_challenge(intent, approved=bool(number % 2))

    def comes_back(self, _number: int) -> None:
        payment = self.order.payments.last()
        if payment is not None:
            with suppress(ShopError):
                look_at_payment(payment=payment)

    def cancels(self, _number: int) -> None:
        with suppress(ShopError):
            cancel_order(order_id=self.order.pk)

    # --- The bank --------------------------------------------------------------------------------

    def decides_late(self, number: int) -> None:
        for intent in self._intents("processing")[:1]:
            self.bank.decide(intent, approved=bool(number % 2))

    def tells(self, number: int) -> None:
        """Any of its messages, in any order, any number of times."""
        if self.bank.events:
            self._receive(self.bank.events[number % len(self.bank.events)])

    def is_in_trouble(self, number: int) -> None:
        what = TROUBLES[number % len(TROUBLES)]
        make = self.bank.fails if number % 2 else self.bank.hangs
        make(what, after=bool(number % 3))

    def pays_back_by_hand(self, number: int) -> None:
        """Somebody did it in Stripe's dashboard."""
        for intent in self._intents("succeeded")[:1]:
            self.bank.answer("POST", "/v1/refunds", {"payment_intent": intent, "amount": str(number + 1)}, None)

    # --- The shop --------------------------------------------------------------------------------

    def runs_out_of_time(self, _number: int) -> None:
        Order.objects.filter(pk=self.order.pk, pay_by__isnull=False).update(pay_by=timezone.now() - timedelta(hours=1))
        expire_orders()

    def refunds(self, number: int) -> None:
        with suppress(ShopError):
            refund_order(GiveBack(order_id=self.order.pk, amount=Decimal(number % 7 + 1) if number % 3 else None))

    def works(self, number: int) -> None:
        run_tasks(also_later=bool(number % 2))

    def checks(self, _number: int) -> None:
        for payment in self.order.payments.all():
            check_payment.call(payment_id=payment.pk, checks_left=0)

    def reconciles(self, _number: int) -> None:
        with suppress(ShopError):
            reconcile_payments()

    def loses_power(self, number: int) -> None:
        """In the middle of the next thing it does; then it starts again."""
        acts = (self.opens_fields, self.comes_back, self.tells, self.works, self.refunds, self.cancels)
        where, name = CRASHES[number % len(CRASHES)]
        before = len(mail.outbox)
        with power_cut_after(where, name), suppress(PowerCut):
            acts[number % len(acts)](number)
            run_tasks()
        if name == "send" and len(mail.outbox) > before:
            self.cuts_at_mails += 1
        rows.release_abandoned(set())

    # --- And in the end --------------------------------------------------------------------------

    def comes_to_rest(self, *, messages_arrive: bool) -> None:
        """The bank decides, its messages come or are lost, the worker does all that waits."""
        for round_number in range(8):
            for intent in self._intents("processing"):
                self.bank.decide(intent, approved=round_number % 2 == 0)
            if messages_arrive:
                self.hears_all()
            if self._waits() or not messages_arrive:
                self.reconciles(0)
                run_tasks(also_later=True)
            self.order.refresh_from_db()
            if self.order.status != "pending" and not self._intents("processing") and not self._waits():
                return
            self.runs_out_of_time(0)

    def _waits(self) -> bool:
        undecided = bool(open_payments(self.order)) or self.order.refunds.filter(state="pending").exists()
        return undecided or bool(self.bank.troubles["GET /v1/events"])

    def hears_all(self) -> None:
        for event in list(self.bank.events):
            self._receive(event)
        run_tasks(also_later=True)

    def mails(self) -> list[Any]:
        return list(mail.outbox[self.mails_before :])

    def _open(self, token: str) -> None:
        with suppress(ShopError):
            pay_order(PayOrder(order_id=self.order.pk, token=token, return_url="https://shop.example/back"))

    def _intents(self, *states: str) -> list[str]:
        return [name for name, intent in self.bank.intents.items() if intent["status"] in states]

    def _receive(self, event: Thing) -> None:
        body, headers = signed(event)
        receive_event(gateway_code="stripe", headers=headers, body=body)


def moves() -> dict[str, Callable[[Life, int], None]]:
    names = [
        name for name in vars(Life) if not name.startswith("_") and name not in ("comes_to_rest", "hears_all", "mails")
    ]
    return {name: vars(Life)[name] for name in sorted(names)}


@contextmanager
def power_cut_after(where: Any, name: str) -> Iterator[None]:
    """`name` of `where` is done once more, and then nothing."""
    real = getattr(where, name)

    def last(*args: Any, **kwargs: Any) -> Any:
        real(*args, **kwargs)
        raise PowerCut

    with ExitStack() as stack:
        stack.enter_context(patch.object(where, name, last))
        yield


def open_payments(order: Order) -> list[Payment]:
    return list(order.payments.filter(state__in=["pending", "processing", "requires_action", "authorised"]))
