"""Stripe: the official SDK against a stand-in that keeps books."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from carts.tests.factories import goods
from orders.gateways.base import GatewayUnreachable
from orders.gateways.stripe import client as stripe_client
from orders.gateways.stripe.amounts import from_units, to_units
from orders.models import GatewayEvent, Order, Payment
from orders.services.cancel_order import cancel_order
from orders.services.capture_payment import NotAuthorised, capture_payment
from orders.services.check_payment import check_payment
from orders.services.pay import PayOrder, look_at_payment, pay_order
from orders.services.refund_order import GiveBack, refund_order
from orders.services.refunds import shipping_left
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.pages import fill_bag, place, text_of
from orders.tests.stripe_stand_in import SECRET, StandIn, serve, signed
from shop.checks import check_settings
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db
HOOK = "/api/payments/webhooks/stripe"


@pytest.fixture
def bank(settings, monkeypatch) -> Iterator[StandIn]:
    settings.SHOP_GATEWAYS = ["stripe", "manual"]
    settings.SHOP_STRIPE_SECRET_KEY, settings.SHOP_STRIPE_PUBLISHABLE_KEY = "sk_test_1", "pk_test_1"
    settings.SHOP_STRIPE_WEBHOOK_SECRETS = [SECRET]
    stand_in = StandIn()
    server, address = serve(stand_in)
    monkeypatch.setattr(stripe_client, "API_ADDRESS", address)
    monkeypatch.setattr(stripe_client, "SECONDS", 3)
    monkeypatch.setattr(stripe_client, "RETRIES", 0)
    yield stand_in
    server.shutdown()
    server.server_close()


@pytest.fixture
def order(bank) -> Order:
    return OrderFactory(status="pending", payment_method="stripe")


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


class TestPaying:
    def test_on_the_fields(self, order, bank):
        payment = opened(order)
        assert payment.state == "requires_action"
        assert payment.next_action == {"type": "stripe", "client_secret": f"{payment.gateway_reference}_secret"}
        bank.pay(payment.gateway_reference)
        assert look_at_payment(payment=payment).state == "captured"
        assert state(order) == ("paid", "paid", order.total, 0)
        assert bank.charged() == units(order)
        assert bank.requests[0] == ("POST /v1/payment_intents", payment.gateway_key)

    def test_on_stripes_own_page(self, order, bank):
        payment = opened(order, "redirect")
        assert payment.next_action["url"].startswith("https://checkout.stripe.com/")
        intent = bank.pay_visit(payment.gateway_reference)
        payment = look_at_payment(payment=payment)
        assert (payment.state, payment.gateway_reference) == ("captured", intent)
        assert bank.intents[intent]["metadata"] == {"key": payment.gateway_key, "order": order.number}

    def test_only_by_webhooks_the_browser_never_came_back(self, order, bank):
        bank.pay_visit(opened(order, "redirect").gateway_reference)
        bank.events.reverse()
        tell_all(bank)
        tell_all(bank)
        assert state(order) == ("paid", "paid", order.total, 0)
        assert order.events.filter(kind="paid").count() == 1
        assert GatewayEvent.objects.count() == 2

    def test_webhooks_that_were_dropped_are_made_up_for(self, order, bank, time_machine):
        bank.pay(opened(order).gateway_reference)
        time_machine.move_to(timezone.now() + timedelta(minutes=2))
        call_command("reconcile_payments")
        assert state(order)[:2] == ("paid", "paid")

    def test_three_d_secure(self, order, bank):
        payment = opened(order)
        bank.pay(payment.gateway_reference, outcome="challenge")
        assert look_at_payment(payment=payment).state == "requires_action"
        bank.answer_challenge(payment.gateway_reference, approved=True)
        tell_all(bank)
        assert state(order)[0] == "paid"

    def test_declined_then_paid_with_another_card(self, order, bank):
        payment = opened(order)
        bank.pay(payment.gateway_reference, outcome="decline")
        payment = look_at_payment(payment=payment)
        assert (payment.state, payment.error_code) == ("requires_action", "insufficient_funds")
        assert "not enough money" in payment.error_message
        bank.pay(payment.gateway_reference)
        tell_all(bank)
        assert state(order) == ("paid", "paid", order.total, 0)

    def test_a_bank_that_answers_late(self, order, bank):
        payment = opened(order)
        bank.pay(payment.gateway_reference, outcome="late")
        assert look_at_payment(payment=payment).state == "processing"
        bank.pay(payment.gateway_reference)
        check_payment.call(payment_id=payment.pk)
        assert state(order)[0] == "paid"

    @pytest.mark.parametrize("trouble", ["fails", "hangs"])
    def test_starting_without_an_answer_costs_nobody_anything(self, order, bank, trouble):
        getattr(bank, trouble)("POST /v1/payment_intents", after=True)
        payment = opened(order)
        assert payment.state == "pending"
        check_payment.call(payment_id=payment.pk, checks_left=0)
        again = opened(order)
        bank.pay(again.gateway_reference)
        tell_all(bank)
        assert state(order)[0] == "paid"
        assert bank.charged() == units(order)

    def test_two_tabs_both_paid_one_goes_back(self, order, bank):
        first, second = opened(order), opened(order)
        bank.pay(first.gateway_reference)
        bank.pay(second.gateway_reference)
        tell_all(bank)
        run_tasks()
        assert state(order)[:2] == ("paid", "paid")
        assert bank.charged() == units(order)

    def test_paid_after_the_order_was_cancelled(self, order, bank):
        payment = opened(order)
        bank.pay(payment.gateway_reference)
        cancel_order(order_id=order.pk)
        run_tasks()
        run_tasks()
        assert state(order)[0] == "cancelled"
        assert (bank.charged(), order.captured - order.refunded) == (0, 0)

    def test_cancelled_before_it_was_paid(self, order, bank):
        for token in ("fields", "redirect"):
            opened(order, token)
        cancel_order(order_id=order.pk)
        run_tasks()
        assert {intent["status"] for intent in bank.intents.values()} == {"canceled"}
        assert {visit["status"] for visit in bank.visits.values()} == {"expired"}

    def test_too_little_for_a_card(self, bank, settings):
        order = OrderFactory(status="pending", payment_method="stripe")
        Order.objects.filter(pk=order.pk).update(total=Decimal("0.30"))
        from orders.services.pay import PaymentDeclined

        with pytest.raises(PaymentDeclined):
            opened(order)


class TestCapture:
    @pytest.fixture
    def authorised(self, bank, settings) -> Order:
        settings.SHOP_STRIPE_CAPTURE = "manual"
        order = OrderFactory(status="pending", payment_method="stripe")
        bank.pay(opened(order).gateway_reference)
        tell_all(bank)
        return order

    def test_authorised_then_taken(self, authorised, bank, staff):
        assert state(authorised) == ("pending", "authorised", 0, 0)
        assert bank.charged() == 0
        capture_payment(order_id=authorised.pk, actor_id=staff.pk)
        assert state(authorised) == ("paid", "paid", authorised.total, 0)
        with pytest.raises(NotAuthorised):
            capture_payment(order_id=authorised.pk)

    def test_an_order_with_a_promise_does_not_run_out_of_time_at_once(self, authorised, time_machine):
        time_machine.move_to(timezone.now() + timedelta(hours=1))
        call_command("expire_orders")
        assert state(authorised)[0] == "pending"

    @pytest.mark.parametrize("trouble", ["fails", "hangs"])
    def test_taken_although_no_answer_came(self, authorised, bank, trouble):
        getattr(bank, trouble)("POST /v1/payment_intents/ID/capture", after=True)
        with pytest.raises(GatewayUnreachable):
            capture_payment(order_id=authorised.pk)
        check_payment.call(payment_id=authorised.payments.get().pk)
        assert state(authorised) == ("paid", "paid", authorised.total, 0)
        assert bank.charged() == units(authorised)

    def test_cancelling_lets_go_of_the_promise(self, authorised, bank):
        cancel_order(order_id=authorised.pk)
        run_tasks()
        assert [intent["status"] for intent in bank.intents.values()] == ["canceled"]
        assert state(authorised)[:2] == ("cancelled", "voided")

    def test_a_promise_made_after_cancelling_is_let_go_of(self, bank, settings):
        settings.SHOP_STRIPE_CAPTURE = "manual"
        order = OrderFactory(status="pending", payment_method="stripe")
        payment = opened(order)
        cancel_order(order_id=order.pk)
        bank.pay(payment.gateway_reference)
        tell_all(bank)
        run_tasks()
        assert bank.intents[payment.gateway_reference]["status"] == "canceled"
        assert bank.charged() == 0

    def test_a_promise_the_bank_takes_back(self, authorised, bank, queued):
        bank.answer("POST", f"/v1/payment_intents/{authorised.payments.get().gateway_reference}/cancel", {}, None)
        tell_all(bank)
        assert state(authorised)[:2] == ("pending", "failed")


class TestRefunds:
    @pytest.fixture
    def paid(self, order, bank) -> Order:
        bank.pay(opened(order).gateway_reference)
        tell_all(bank)
        return order

    def test_a_part_then_the_rest(self, paid, bank):
        refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
        settle_refunds(paid)
        assert state(paid)[1:] == ("partially_refunded", paid.total, Decimal("10.00"))
        refund_order(GiveBack(order_id=paid.pk))
        settle_refunds(paid)
        tell_all(bank)
        assert (state(paid)[3], bank.charged()) == (paid.total, 0)

    @pytest.mark.parametrize("trouble", ["fails", "hangs"])
    def test_paid_back_once_although_no_answer_came(self, paid, bank, trouble):
        getattr(bank, trouble)("POST /v1/refunds", after=True)
        refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
        with suppress(GatewayUnreachable):
            settle_refunds(paid)
        tell_all(bank)  # the webhook comes before our second try
        settle_refunds(paid)
        assert state(paid)[3] == Decimal("10.00")
        assert bank.charged() == units(paid) - 1000

    def test_a_failure_before_anything_was_done_is_asked_for_again(self, paid, bank):
        bank.fails("POST /v1/refunds", after=False)
        refund_order(GiveBack(order_id=paid.pk, amount=Decimal("10.00")))
        with pytest.raises(GatewayUnreachable):
            settle_refunds(paid)
        assert bank.charged() == units(paid)
        settle_refunds(paid)
        assert (state(paid)[3], bank.charged()) == (Decimal("10.00"), units(paid) - 1000)

    def test_paid_back_in_stripes_dashboard(self, paid, bank, queued):
        reference = paid.payments.get().gateway_reference
        bank.answer("POST", "/v1/refunds", {"payment_intent": reference, "amount": "700"}, None)
        tell_all(bank)
        tell_all(bank)
        assert state(paid)[1:] == ("partially_refunded", paid.total, Decimal("7.00"))
        assert queued("send_to_staff")[-1]["kwargs"]["what"].startswith("€7.00 were paid back at the gateway")

    def test_a_gift_card_and_the_whole_in_stripes_dashboard_is_more_than_was_paid(self, paid, bank, queued):
        refund_order(GiveBack(order_id=paid.pk, amount=Decimal("4.00"), to_gift_card=True))
        refund_order(GiveBack(order_id=paid.pk, amount=Decimal("2.00"), to_gift_card=True))
        reference = paid.payments.get().gateway_reference
        for part in (paid.total - 5, Decimal(5)):
            bank.answer("POST", "/v1/refunds", {"payment_intent": reference, "amount": str(int(part * 100))}, None)
            tell_all(bank)
            tell_all(bank)
        assert state(paid)[2:] == (paid.total, paid.total), "what is booked stays within what came"
        said = [call["kwargs"].get("what", "") for call in queued("send_to_staff")]
        assert [text.split(":")[0] for text in said if "more went back" in text] == [
            "€1.00 more went back than was paid",
            "€6.00 more went back than was paid",
        ]
        assert paid.events.filter(kind="refund_excess", is_public=False).count() == 2

    def test_a_gift_card_and_the_rest_in_stripes_dashboard_is_no_excess(self, paid, bank, queued):
        refund_order(GiveBack(order_id=paid.pk, amount=Decimal("4.00"), to_gift_card=True))
        rest = {"payment_intent": paid.payments.get().gateway_reference, "amount": str(int((paid.total - 4) * 100))}
        bank.answer("POST", "/v1/refunds", rest, None)
        tell_all(bank)
        assert state(paid)[2:] == (paid.total, paid.total)
        assert not any("more went back" in call["kwargs"].get("what", "") for call in queued("send_to_staff"))

    def test_refused_because_a_part_went_back_by_hand_the_rest_follows(self, paid, bank, queued):
        """Its message was lost; the refusal is how we learn of it."""
        shipping = shipping_left(paid)
        refund_order(GiveBack(order_id=paid.pk, shipping=shipping))
        reference = paid.payments.get().gateway_reference
        bank.answer("POST", "/v1/refunds", {"payment_intent": reference, "amount": "700"}, None)
        run_tasks()
        assert state(paid)[2:] == (paid.total, paid.total)
        assert [refund.state for refund in paid.refunds.all()] == ["failed", "succeeded", "succeeded"]
        assert bank.charged() == 0
        assert (shipping > 0, shipping_left(paid)) == (True, 0), "the delivery is not given back twice"
        said = [call["kwargs"].get("what", "") for call in queued("send_to_staff")]
        assert any(text.startswith("€7.00 were paid back at the gateway") for text in said)
        assert not any("failed" in text for text in said), "nobody has to look"

    def test_another_tab_is_let_go_of_when_the_order_is_paid(self, order, bank):
        by_hand = opened(order)
        Payment.objects.filter(pk=by_hand.pk).update(state="authorised")
        bank.pay(opened(order).gateway_reference)
        tell_all(bank)
        run_tasks()
        assert state(order)[0] == "paid"
        assert bank.intents[by_hand.gateway_reference]["status"] == "canceled"

    def test_refused(self, paid, bank):
        bank.intents[paid.payments.get().gateway_reference]["status"] = "canceled"
        refund_order(GiveBack(order_id=paid.pk))
        settle_refunds(paid)
        assert paid.refunds.get().state == "failed"
        assert state(paid)[3] == 0


class TestWebhooks:
    def test_five_hundred_forged_ones_write_nothing(self, order, bank):
        bank.pay(opened(order).gateway_reference)
        event, dice = bank.events[0], random.Random(7)
        for _ in range(500):
            assert self.forged(event, dice) in {400, 413}
        assert GatewayEvent.objects.count() == 0
        assert state(order)[0] == "pending"
        assert hook(event) == 204

    def forged(self, event: dict[str, Any], dice: random.Random) -> int:
        now = int(time.time())
        body, headers = signed(event)
        kind = dice.choice(
            ["secret", "old", "future", "unsigned", "altered", "oversized", "scheme", "garbage", "twice"]
        )
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

    def test_two_secrets_while_one_is_replaced(self, bank, settings):
        settings.SHOP_STRIPE_WEBHOOK_SECRETS = ["whsec_new", SECRET]
        event = {"id": "evt_1", "type": "customer.created", "data": {"object": {"id": "cus_1", "object": "customer"}}}
        assert (hook(event), hook({**event, "id": "evt_2"}, secret="whsec_new")) == (204, 204)
        run_tasks()
        assert set(GatewayEvent.objects.values_list("outcome", flat=True)) == {"This payment is not known."}

    @pytest.mark.parametrize("broken", [[], {}, {"id": "e"}, {"id": "e", "type": "t", "data": {"object": None}}])
    def test_signed_and_unreadable(self, bank, broken):
        assert hook(broken) == 400

    def test_nothing_of_a_card_is_kept(self, order, bank):
        bank.pay(opened(order).gateway_reference)
        hook(bank.events[0])
        assert set(GatewayEvent.objects.get().payload) == {"id", "type", "object"}


class TestPages:
    def test_without_script_to_stripes_page_and_back(self, bank):
        client = fill_bag(Client(), (goods(price="20.00"), 1))
        order = place(client, payment_method="stripe")
        address = f"/orders/{order.number}/pay/"
        page = client.get(address)
        policy = page["Content-Security-Policy"]
        assert "https://js.stripe.com" in policy
        assert "form-action 'self' https://checkout.stripe.com" in policy
        assert 'data-key="pk_test_1"' in page.content.decode()
        assert "sk_test" not in page.content.decode()
        away = client.post(address, {"by": "redirect"})
        visit = next(iter(bank.visits.values()))
        assert (away.status_code, away["Location"]) == (302, visit["url"])
        assert visit["success_url"] == f"http://testserver/orders/{order.number}/pay/back/"
        assert client.get(f"{address}back/", follow=True).redirect_chain[-1][0] == address, "not paid yet"
        bank.pay_visit(visit["id"])
        back = client.get(f"{address}back/", follow=True)
        assert back.redirect_chain[-1][0] == f"/orders/{order.number}/confirmation/"
        assert "stripe" not in back["Content-Security-Policy"], "only on the payment page"

    def test_the_script_opens_one_payment_however_often_the_page_is_looked_at(self, bank):
        client = fill_bag(Client(), (goods(price="20.00"), 1))
        order = place(client, payment_method="stripe")
        answers = [client.post(f"/orders/{order.number}/pay/", {"by": "fields"}).json() for _ in range(3)]
        assert len(bank.intents) == 1
        assert answers[0]["next_action"]["client_secret"] == f"{next(iter(bank.intents))}_secret"

    def test_a_decline_is_said(self, bank):
        client = fill_bag(Client(), (goods(price="20.00"), 1))
        order = place(client, payment_method="stripe")
        client.post(f"/orders/{order.number}/pay/", {"by": "fields"})
        bank.pay(next(iter(bank.intents)), outcome="decline")
        assert "not enough money" in text_of(client.get(f"/orders/{order.number}/pay/back/", follow=True))

    def test_stripe_is_away(self, bank):
        client = fill_bag(Client(), (goods(price="20.00"), 1))
        order = place(client, payment_method="stripe")
        bank.hangs("POST /v1/checkout/sessions", after=False)
        answer = client.post(f"/orders/{order.number}/pay/", {"by": "redirect"}, follow=True)
        assert "could not be opened" in text_of(answer)

    @pytest.mark.parametrize("second", ["fields", "redirect"])
    def test_a_lost_answer_is_asked_for_again_at_once(self, bank, second):
        client = fill_bag(Client(), (goods(price="20.00"), 1))
        order = place(client, payment_method="stripe")
        bank.hangs("POST /v1/payment_intents", after=True)
        assert client.post(f"/orders/{order.number}/pay/", {"by": "fields"}).json()["state"] == "pending"
        client.post(f"/orders/{order.number}/pay/", {"by": second})
        payment = order.payments.get()
        assert (payment.state, len(bank.intents)) == ("requires_action", 1)
        if second == "fields":
            bank.pay(payment.gateway_reference)
        else:
            bank.pay_visit(payment.gateway_reference)
        tell_all(bank)
        assert state(order)[0] == "paid"
        assert bank.charged() == units(order)

    def test_a_stranger_finds_nothing(self, order):
        assert Client().get(f"/orders/{order.number}/pay/").status_code == 404
        assert Client().get(f"/orders/{order.number}/pay/back/").status_code == 404


@pytest.mark.parametrize(
    ("amount", "currency", "expected"),
    [("10.00", "EUR", 1000), ("500", "JPY", 500), ("1.250", "KWD", 1250), ("5", "ISK", 500), ("0.01", "USD", 1)],
)
def test_units(amount, currency, expected):
    assert to_units(Decimal(amount), currency) == expected
    assert from_units(expected, currency) == Decimal(amount)


def test_missing_keys_stop_the_start(settings):
    settings.SHOP_GATEWAYS, settings.SHOP_STRIPE_SECRET_KEY = ["stripe"], ""
    assert [error.id for error in check_settings()] == ["shop.E008"]
