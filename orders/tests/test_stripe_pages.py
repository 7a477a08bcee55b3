"""The shop's payment page with Stripe on it."""

from __future__ import annotations

import pytest
from django.test import Client

from carts.tests.factories import goods
from orders.models import Order
from orders.tests.factories import OrderFactory
from orders.tests.pages import fill_bag, place, text_of
from orders.tests.stripe_steps import state, tell_all, units

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(bank) -> Order:
    return OrderFactory(status="pending", payment_method="stripe")


def test_without_script_to_stripes_page_and_back(bank):
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


def test_the_script_opens_one_payment_however_often_the_page_is_looked_at(bank):
    client = fill_bag(Client(), (goods(price="20.00"), 1))
    order = place(client, payment_method="stripe")
    answers = [client.post(f"/orders/{order.number}/pay/", {"by": "fields"}).json() for _ in range(3)]
    assert len(bank.intents) == 1
    assert answers[0]["next_action"]["client_secret"] == f"{next(iter(bank.intents))}_secret"


def test_a_decline_is_said(bank):
    client = fill_bag(Client(), (goods(price="20.00"), 1))
    order = place(client, payment_method="stripe")
    client.post(f"/orders/{order.number}/pay/", {"by": "fields"})
    bank.pay(next(iter(bank.intents)), outcome="decline")
    assert "not enough money" in text_of(client.get(f"/orders/{order.number}/pay/back/", follow=True))


def test_stripe_is_away(bank):
    client = fill_bag(Client(), (goods(price="20.00"), 1))
    order = place(client, payment_method="stripe")
    bank.hangs("POST /v1/checkout/sessions", after=False)
    answer = client.post(f"/orders/{order.number}/pay/", {"by": "redirect"}, follow=True)
    assert "could not be opened" in text_of(answer)


@pytest.mark.parametrize("second", ["fields", "redirect"])
def test_a_lost_answer_is_asked_for_again_at_once(bank, second):
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


def test_a_stranger_finds_nothing(order):
    assert Client().get(f"/orders/{order.number}/pay/").status_code == 404
    assert Client().get(f"/orders/{order.number}/pay/back/").status_code == 404
