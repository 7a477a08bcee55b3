"""/api/payments/: paying once, being declined, and what a crash leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from carts.tests.api import Api, fields, ok, queries_of, refused
from orders.gateways.test.gateway import TestGateway
from orders.models import Order, Payment
from orders.services.order_tokens import issue_token
from orders.tests.factories import OrderFactory
from shop.api.models import IdempotencyRecord

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("prices")]

GOOD, DECLINED, CHALLENGE, HANG = "4242424242424242", "4000000000000002", "4000000000003220", "4000000000000119"


class Crash(BaseException):
    """As if the process died at this moment."""


@pytest.fixture
def api(shopper):
    return Api(user=shopper)


@pytest.fixture
def order(shopper):
    return OrderFactory(user=shopper, status="pending")


def pay(api, order, card=GOOD, **headers):
    return api.post("payments/process", {"order_number": order.number, "method": "test", "token": card}, **headers)


class TestPaying:
    def test_with_a_good_card(self, api, order):
        body = ok(pay(api, order), 201)
        payment = Payment.objects.get()
        order.refresh_from_db()
        assert (order.status, order.payment_status, order.captured) == ("paid", "paid", order.total)
        assert {name: body[name] for name in ("id", "status", "amount", "currency", "gateway", "next_action")} == {
            "id": payment.public_id,
            "status": "captured",
            "amount": "44.90",
            "currency": "EUR",
            "gateway": "test",
            "next_action": None,
        }
        assert (body["order_id"], body["order_number"]) == (order.public_id, order.number)
        assert ok(api.get(f"payments/{body['id']}")) == body
        assert ok(api.get("payments"))["results"] == [body]
        refused(pay(api, order), 409, "not_payable")

    def test_by_the_orders_id_and_its_own_method(self, api, order):
        body = ok(api.post("payments/process/", {"order_id": order.public_id, "token": GOOD}), 201)
        assert (body["gateway"], body["status"]) == ("test", "captured")

    def test_declined_the_order_stays_payable(self, api, order):
        problem = refused(pay(api, order, DECLINED), 402, "payment_declined")
        assert problem["detail"] == "The card was declined. Please try another one."
        order.refresh_from_db()
        assert (order.status, order.payment_status) == ("pending", "failed")
        ok(pay(api, order), 201)

    def test_a_question_first(self, api, order):
        body = ok(pay(api, order, CHALLENGE), 201)
        assert (body["status"], body["next_action"]) == ("requires_action", {"type": "challenge"})
        body = ok(api.post(f"payments/{body['id']}/confirm", {"approved": True}))
        assert (body["status"], body["next_action"]) == ("captured", None)
        refused(api.post(f"payments/{body['id']}/confirm"), 409, "not_payable")

    def test_a_question_refused(self, api, order):
        body = ok(pay(api, order, CHALLENGE), 201)
        refused(api.post(f"payments/{body['id']}/confirm", {"approved": False}), 402, "payment_declined")

    def test_no_answer_is_pending_and_keeps_a_second_away(self, api, order):
        assert ok(pay(api, order, HANG), 201)["status"] == "pending"
        refused(pay(api, order), 409, "payment_in_progress")

    def test_later_by_hand(self, api, order):
        body = ok(api.post("payments/process", {"order_number": order.number, "method": "on_delivery"}), 201)
        assert (body["gateway"], body["status"]) == ("manual", "processing")
        order.refresh_from_db()
        assert (order.status, order.payment_method) == ("processing", "on_delivery")

    def test_by_a_guest(self):
        order = OrderFactory(status="pending")
        guest = Api(X_Order_Token=issue_token(order))
        body = ok(pay(guest, order, Idempotency_Key="one"), 201)
        assert ok(pay(guest, order, Idempotency_Key="one"), 201) == body
        assert ok(guest.get("payments"))["count"] == 1

    @pytest.mark.parametrize(
        ("body", "wrong"),
        [
            ({}, {"order_id": "required"}),
            ({"order_id": "a", "order_number": "b"}, {"order_id": "required"}),
            ({"order_number": 5}, {"order_number": "invalid"}),
            ({"order_number": "a", "method": "gold"}, {"method": "invalid_choice"}),
            ({"order_number": "a", "amount": "1.00"}, {"amount": "unknown_field"}),
        ],
    )
    def test_what_cannot_be_used(self, api, body, wrong):
        response = api.post("payments/process", body)
        assert (response.status_code, fields(response.json())) == (400, wrong)

    def test_others(self, api, order, other_shopper):
        payment = ok(pay(api, order), 201)
        other = Api(user=other_shopper)
        refused(pay(other, order), 404, "not_found")
        refused(other.get(f"payments/{payment['id']}"), 404, "not_found")
        refused(other.post(f"payments/{payment['id']}/confirm"), 404, "not_found")
        assert ok(other.get("payments"))["count"] == 0
        for call in (Api().get("payments"), Api().get(f"payments/{payment['id']}"), pay(Api(), order)):
            refused(call, 401, "not_authenticated")

    def test_the_same_queries_for_five_and_for_many(self, api, order):
        def more(n):
            Payment.objects.bulk_create(
                Payment(order=order, gateway="test", state="failed", amount=1, currency="EUR") for _ in range(n)
            )

        more(5)
        few = queries_of(lambda: ok(api.get("payments", page_size="100")))
        more(95)
        assert queries_of(lambda: ok(api.get("payments", page_size="100"))) == few


class TestOnce:
    def test_the_same_key_is_the_same_payment(self, api, order):
        first, again = (pay(api, order, Idempotency_Key="one") for _ in range(2))
        assert ok(first, 201) == ok(again, 201)
        assert again["Idempotency-Replayed"] == "true"
        assert Payment.objects.count() == 1

    def test_a_decline_is_told_again(self, api, order):
        first, again = (pay(api, order, DECLINED, Idempotency_Key="one") for _ in range(2))
        assert refused(first, 402, "payment_declined") == refused(again, 402, "payment_declined")
        assert again["Idempotency-Replayed"] == "true"
        assert Payment.objects.count() == 1

    def test_another_card_is_another_request(self, api, order):
        pay(api, order, DECLINED, Idempotency_Key="one")
        refused(pay(api, order, GOOD, Idempotency_Key="one"), 422, "idempotency_key_reused")

    def test_a_refusal_leaves_the_key_free(self, api, shopper, order):
        paid = OrderFactory(user=shopper)
        refused(pay(api, paid, Idempotency_Key="one"), 409, "not_payable")
        ok(pay(api, order, Idempotency_Key="one"), 201)


@pytest.mark.django_db(transaction=True)
class TestAfterACrash:
    """The process dies between the two units. The order is the customer's to pay all the same."""

    @pytest.fixture
    def crashed(self, api, order, monkeypatch):
        """The keys the gateway was asked with; the first call never came back."""
        asked = []
        start = TestGateway.start

        def once_dead(gateway, request):
            asked.append(request.key)
            if len(asked) == 1:
                raise Crash
            return start(gateway, request)

        monkeypatch.setattr(TestGateway, "start", once_dead)
        with pytest.raises(Crash):
            pay(api, order, Idempotency_Key="one")
        assert (Payment.objects.get().state, IdempotencyRecord.objects.get().status) == ("pending", None)
        return asked

    def let_time_pass(self):
        Payment.objects.update(
            created_at=timezone.now() - timedelta(seconds=61), updated_at=timezone.now() - timedelta(seconds=61)
        )

    def test_first_it_is_in_progress_then_the_gateway_is_asked_with_the_same_key(self, api, order, crashed):
        refused(pay(api, order, Idempotency_Key="one"), 409, "idempotency_in_progress")
        self.let_time_pass()
        body = ok(pay(api, order, Idempotency_Key="one"), 201)
        assert (body["status"], Payment.objects.count()) == ("captured", 1)
        assert crashed == [Payment.objects.get().gateway_key] * 2
        assert ok(pay(api, order, Idempotency_Key="one"), 201) == body
        assert len(crashed) == 2
        assert Order.objects.get().status == "paid"

    def test_what_became_of_it_meanwhile_is_the_answer(self, api, order, crashed):
        Payment.objects.update(state="failed", error_message="The bank said no.")
        problem = refused(pay(api, order, Idempotency_Key="one"), 402, "payment_declined")
        assert problem["detail"] == "The bank said no."
        assert refused(pay(api, order, Idempotency_Key="one"), 402, "payment_declined") == problem
        assert len(crashed) == 1

    def test_an_order_that_is_gone_is_not_charged(self, api, order, crashed):
        api.post(f"orders/{order.number}/cancel")
        self.let_time_pass()
        refused(pay(api, order, Idempotency_Key="one"), 409, "not_payable")
        assert len(crashed) == 1
