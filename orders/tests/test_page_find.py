from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from orders.models import Order, OrderToken
from orders.services.order_tokens import issue_token
from orders.tests.factories import OrderFactory
from orders.tests.pages import errors, text_of
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

FIND = "/orders/find/"


@pytest.fixture
def order() -> Order:
    return OrderFactory(email="guest@example.org")


def link(order: Order, token: str) -> str:
    return f"/orders/{order.number}/open/{token}/"


@pytest.mark.parametrize("slash", ["/", ""])
def test_the_link_is_traded_for_the_session(order, anonymous, slash):
    answer = anonymous.get(link(order, issue_token(order)).rstrip("/") + slash)
    assert (answer.status_code, answer["Location"]) == (302, f"/orders/{order.number}/")
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]
    assert anonymous.session["orders"] == [order.public_id]
    assert anonymous.get(f"/orders/{order.number}/").status_code == 200


def test_a_link_opens_its_own_order_only(order, anonymous):
    other = OrderFactory()
    answer = anonymous.get(link(other, issue_token(order)))
    assert answer["Location"] == FIND
    assert anonymous.get(f"/orders/{other.number}/").status_code == 404


@pytest.mark.parametrize("token", ["x", "A" * 43, "a" * 5000])
def test_a_link_that_is_no_good(order, anonymous, token):
    answer = anonymous.get(link(order, token), follow=True)
    assert answer.redirect_chain == [(FIND, 302)]
    assert "This link is no longer good." in text_of(answer)
    assert "orders" not in anonymous.session


def test_a_link_of_three_months_ago(order, anonymous):
    token = issue_token(order)
    OrderToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert anonymous.get(link(order, token))["Location"] == FIND


def test_a_link_that_is_over_still_works_where_the_order_is_open_already(order, anonymous):
    anonymous.get(link(order, issue_token(order)))
    assert anonymous.get(link(order, "over"))["Location"] == f"/orders/{order.number}/"


def test_a_browser_opens_many_orders_but_keeps_fifty(anonymous):
    order = OrderFactory()
    session = anonymous.session
    session["orders"] = [f"id-{number}" for number in range(60)]
    session.save()
    anonymous.get(link(order, issue_token(order)))
    assert len(anonymous.session["orders"]) == 50
    assert anonymous.session["orders"][-1] == order.public_id


def test_the_key_is_not_written_to_the_log(order, anonymous, caplog):
    token = issue_token(order)
    caplog.set_level("DEBUG")
    anonymous.get(link(order, token))
    anonymous.get(link(order, token).rstrip("/"))
    anonymous.get(link(order, "B" * 43))
    written = caplog.text + repr([vars(record) for record in caplog.records if record.name == "shop.requests"])
    assert "shop.requests" in caplog.text
    assert token not in written
    assert "B" * 43 not in written


def ask(client: Client, **typed: str):
    return client.post(FIND, typed)


def test_asking_mails_the_link_and_shows_nothing(order, anonymous):
    answer = ask(anonymous, number=order.number, email="guest@example.org")
    assert "Look into your mail" in text_of(answer)
    assert order.number not in text_of(answer)
    assert "orders" not in anonymous.session
    run_tasks()
    (sent,) = [sent for sent in mail.outbox if "link to your order" in sent.subject]
    assert sent.to == ["guest@example.org"]


def test_the_answer_is_the_same_for_orders_there_are_not(order, anonymous):
    pages = [
        ask(anonymous, number=number, email=email).content
        for number, email in [
            (order.number, "guest@example.org"),
            (order.number, "other@example.org"),
            ("7KQ2-M9XD-04TB", "guest@example.org"),
        ]
    ]
    assert pages[0] == pages[1] == pages[2]
    run_tasks()
    assert len([sent for sent in mail.outbox if "link to your order" in sent.subject]) == 1


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"number": "", "email": "a@example.org"}, "number"),
        ({"number": "7KQ2", "email": ""}, "email"),
        ({"number": "7" * 300, "email": "a@example.org"}, "number"),
        ({"number": "7KQ2\x00", "email": "a@example.org"}, "number"),
    ],
)
def test_bad_input_is_told_and_kept(anonymous, typed, field):
    answer = ask(anonymous, **typed)
    assert list(errors(answer)) == [field]
    assert answer.context["form"]["number"].value() == typed["number"]


def test_too_many_tries(anonymous, settings):
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "order_lookup_address": "3/3600"}
    codes = [ask(anonymous, number="7KQ2", email="a@example.org").status_code for _ in range(4)]
    assert codes == [200, 200, 200, 429]
    answer = ask(anonymous, number="7KQ2", email="a@example.org")
    assert int(answer["Retry-After"]) > 0
    assert answer.context["form"]["email"].value() == "a@example.org"
    elsewhere = Client(REMOTE_ADDR="192.0.2.9")
    assert ask(elsewhere, number="7KQ2", email="a@example.org").status_code == 200
