from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from carts.tests.factories import goods
from orders.gateways.test import gateway as pretend
from orders.gateways.test.cards import CARDS
from orders.models import Order, Payment
from orders.services.cancel_order import cancel_order
from orders.services.pay import PayOrder, pay_order
from orders.tests.factories import GOOD_CARD, OrderFactory
from orders.tests.pages import CARD, errors, fill_bag, place, text_of
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db

DECLINED, NO_FUNDS, CHALLENGE = "4000000000000002", "4000000000009995", "4000000000003220"
HANGS, LATE = "4000000000000119", "4000000000000259"
UNKNOWN = "This is not one of the test cards. Please take one from the list."


@pytest.fixture
def guest() -> Client:
    return Client()


@pytest.fixture
def order(guest) -> Order:
    """Placed by `guest`, €24.90, not paid yet."""
    return place(fill_bag(guest, (goods(price="20.00"), 1)))


def at(order: Order, page: str = "pay/") -> str:
    return f"/orders/{order.number}/{page}"


def pay(client: Client, order: Order, number: str = GOOD_CARD, **typed: str):
    return client.post(at(order), {**CARD, "number": number, **typed})


def status_of(order: Order) -> tuple[str, str]:
    order.refresh_from_db()
    return order.status, order.payment_status


def test_the_page_names_the_sum_and_lists_the_cards(guest, order):
    answer = guest.get(at(order))
    words = text_of(answer)
    assert "Pay €24.90" in words
    assert f"Order {order.number}" in words
    for card in CARDS:
        assert f'href="{at(order)}?card={card.number}"' in answer.content.decode()
        assert str(card.label) in words
    assert "no-store" in answer["Cache-Control"]
    assert 'autocomplete="off"' in answer.content.decode(), "no browser offers a real card"


def test_a_click_on_a_card_fills_it_in(guest, order):
    form = guest.get(at(order) + f"?card={CHALLENGE}").context["form"]
    assert form["number"].value() == "4000 0000 0000 3220"
    assert form["cvc"].value() == "123"
    assert guest.post(at(order), {name: form[name].value() for name in CARD}).status_code == 302
    assert guest.get(at(order) + "?card=1234").context["form"]["number"].value() is None


def test_paying(guest, order):
    answer = pay(guest, order)
    assert answer["Location"] == at(order, "confirmation/")
    assert status_of(order) == ("paid", "paid")
    assert "€24.90 paid" in text_of(guest.get(at(order, "confirmation/")))


@pytest.mark.parametrize(
    ("card", "message"),
    [
        (DECLINED, "The card was declined. Please try another one."),
        (NO_FUNDS, "There is not enough money on this card. Please try another one."),
    ],
)
def test_a_declined_card_is_told_and_the_order_stays(guest, order, card, message):
    answer = pay(guest, order, card)
    assert errors(answer) == {"__all__": [message]}
    assert message in text_of(answer)
    assert status_of(order) == ("pending", "failed")
    assert pay(guest, order)["Location"] == at(order, "confirmation/")
    assert status_of(order) == ("paid", "paid")


@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"number": ""}, "number", "Card number: please fill this in."),
        ({"number": "4111 1111 1111 1111"}, "number", UNKNOWN),
        ({"number": "4242\x00"}, "number", "Null characters are not allowed."),
        ({"number": "9" * 10_000}, "number", UNKNOWN),
        ({"expiry": "13/30"}, "expiry", "Enter month and year, like 12 / 30."),
        ({"expiry": "soon"}, "expiry", "Enter month and year, like 12 / 30."),
        ({"expiry": "01/20"}, "expiry", "A card that is no longer valid cannot pay."),
        ({"cvc": "12"}, "cvc", "Three or four digits, from the back of the card."),
        ({"cvc": "١٢٣"}, "cvc", "Three or four digits, from the back of the card."),
    ],
)  # fmt: skip
def test_bad_input_starts_no_payment(guest, order, typed, field, message):
    answer = guest.post(at(order), {**CARD, **typed})
    assert errors(answer) == {field: [message]}
    assert not Payment.objects.exists()
    for name, value in {**CARD, **typed}.items():
        assert answer.context["form"][name].value() == value


@pytest.mark.parametrize("expiry", ["12/30", "12 / 30", "1230", "12/2030", "06 / 99"])
def test_ways_to_write_a_date(guest, order, expiry):
    assert pay(guest, order, expiry=expiry).status_code == 302


def test_this_month_is_still_good(guest, order):
    assert pay(guest, order, expiry=f"{timezone.localdate():%m/%y}").status_code == 302


def test_the_bank_asks_and_is_told_yes(guest, order):
    assert pay(guest, order, CHALLENGE)["Location"] == at(order, "pay/confirm/")
    words = text_of(guest.get(at(order, "pay/confirm/")))
    assert "Do you want to pay €24.90 to Halftide?" in words
    answer = guest.post(at(order, "pay/confirm/"), {"answer": "approve"})
    assert answer["Location"] == at(order, "confirmation/")
    assert status_of(order) == ("paid", "paid")


@pytest.mark.parametrize("answer", ["decline", "", "nonsense"])
def test_the_bank_asks_and_is_not_told_yes(guest, order, answer):
    pay(guest, order, CHALLENGE)
    answer = guest.post(at(order, "pay/confirm/"), {"answer": answer}, follow=True)
    assert answer.redirect_chain == [(at(order), 302)]
    assert "You did not confirm the payment. Please try again." in text_of(answer)
    assert status_of(order) == ("pending", "failed")


def test_the_bank_asks_nothing(guest, order):
    assert guest.get(at(order, "pay/confirm/"))["Location"] == at(order)
    assert guest.post(at(order, "pay/confirm/"), {"answer": "approve"})["Location"] == at(order)
    assert status_of(order) == ("pending", "unpaid")


def test_a_question_from_before_another_card_paid(guest, order):
    pay(guest, order, CHALLENGE)
    pay(guest, order)
    answer = guest.post(at(order, "pay/confirm/"), {"answer": "approve"}, follow=True)
    assert answer.redirect_chain[-1][0] == at(order, "")
    assert status_of(order) == ("paid", "paid")
    assert Payment.objects.filter(state="captured").count() == 1


def test_a_question_while_another_card_waits_for_its_bank(guest, order):
    pay(guest, order, CHALLENGE)
    pay(guest, order, LATE)
    answer = guest.post(at(order, "pay/confirm/"), {"answer": "approve"})
    assert answer["Location"] == at(order, "pay/waiting/")
    assert status_of(order) == ("pending", "unpaid")


def test_waiting_looks_again_by_itself_until_the_bank_has_answered(guest, order, monkeypatch):
    assert pay(guest, order, LATE)["Location"] == at(order, "pay/waiting/")
    page = guest.get(at(order, "pay/waiting/"))
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page.content.decode()
    assert 'hx-trigger="every 3s"' in page.content.decode()
    assert pay(guest, order)["Location"] == at(order, "pay/waiting/"), "one payment at a time"

    monkeypatch.setattr(pretend, "LATE_BY", timedelta(0))
    run_tasks(also_later=True)
    assert guest.get(at(order, "pay/waiting/"))["Location"] == at(order, "confirmation/")
    by_htmx = guest.get(at(order, "pay/waiting/"), headers={"HX-Request": "true"})
    assert (by_htmx.status_code, by_htmx["HX-Redirect"]) == (200, at(order, "confirmation/"))


def test_waiting_for_a_bank_that_does_not_answer(guest, order):
    pay(guest, order, HANGS)
    assert "on its way" in text_of(guest.get(at(order, "pay/waiting/")))
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    words = text_of(guest.get(at(order, "pay/waiting/")))
    assert "The bank has not answered yet." in words
    assert "Try again" in words
    assert pay(guest, order)["Location"] == at(order, "confirmation/")
    assert status_of(order) == ("paid", "paid")


def test_waiting_ends_with_a_refusal(guest, order):
    pay(guest, order, HANGS)
    Payment.objects.update(state="failed", error_code="gateway_unreachable")
    answer = guest.get(at(order, "pay/waiting/"), follow=True)
    assert answer.redirect_chain == [(at(order), 302)]
    assert "The bank did not answer. You can try again." in text_of(answer)


def test_waiting_ends_with_the_order(guest, order):
    pay(guest, order, HANGS)
    cancel_order(order_id=order.pk)
    assert guest.get(at(order, "pay/waiting/"))["Location"] == at(order, "")


def test_no_card_is_asked_for_while_the_bank_decides(guest, order):
    pay(guest, order, LATE)
    assert guest.get(at(order))["Location"] == at(order, "pay/waiting/")
    another = guest.post(at(order, "pay/method/"), {"method": "transfer"}, follow=True)
    assert another.redirect_chain[-1][0] == at(order, "pay/waiting/")
    assert "A payment is under way. Please wait for the bank's answer." in text_of(another)


@pytest.mark.parametrize(("other", "page"), [(LATE, "pay/waiting/"), (GOOD_CARD, "")])
def test_another_window_that_paid_a_moment_ago(guest, order, monkeypatch, other, page):
    """Between looking and paying."""
    pay(guest, order, other)
    monkeypatch.setattr("orders.web.pay_views.is_payable", lambda order: True)
    monkeypatch.setattr("orders.web.pay_views.is_under_way", lambda order: False)
    assert pay(guest, order)["Location"] == at(order, page)
    assert order.payments.count() == 1


def test_what_comes_to_the_door_may_be_paid_by_card_before(shopper, client_of):
    order = OrderFactory(user=shopper, status="processing", payment_method="on_delivery")
    answer = client_of(shopper).get(at(order))
    assert answer.context["others"] == [], "and not be put off again"
    assert "Another way to pay" not in text_of(answer)
    assert pay(client_of(shopper), order)["Location"] == at(order, "confirmation/")
    assert status_of(order) == ("processing", "paid")


def test_an_older_payment_that_is_with_the_bank_after_all(guest, order):
    """Its answer was late; meanwhile another card was declined."""
    pay(guest, order, HANGS)
    Payment.objects.update(created_at=timezone.now() - timedelta(minutes=2))
    pay(guest, order, DECLINED)
    Payment.objects.filter(state="pending").update(state="processing")
    assert guest.get(at(order))["Location"] == at(order, "pay/waiting/")
    assert "is on its way" in text_of(guest.get(at(order, "pay/waiting/")))


def test_waiting_for_nothing(guest, order):
    assert guest.get(at(order, "pay/waiting/"))["Location"] == at(order)
    pay(guest, order, CHALLENGE)
    assert guest.get(at(order, "pay/waiting/"))["Location"] == at(order, "pay/confirm/")


def test_another_way_to_pay(guest, order):
    words = text_of(guest.get(at(order)))
    assert "Bank transfer" in words
    answer = guest.post(at(order, "pay/method/"), {"method": "transfer"}, follow=True)
    assert answer.redirect_chain == [(at(order, "confirmation/"), 302)]
    assert "IBAN DE00 0000 0000 0000 0000 00" in text_of(answer)
    order.refresh_from_db()
    assert order.payment_method == "transfer"

    back = guest.get(at(order))
    assert "Pay €24.90" in text_of(back), "a card is still welcome"
    assert [method.code for method in back.context["others"]] == ["on_delivery"]
    assert pay(guest, order)["Location"] == at(order, "confirmation/")
    assert status_of(order) == ("paid", "paid")


@pytest.mark.parametrize("method", ["shells", "", "test\x00"])
def test_a_way_to_pay_there_is_not(guest, order, method):
    answer = guest.post(at(order, "pay/method/"), {"method": method}, follow=True)
    assert answer.status_code == 200
    order.refresh_from_db()
    assert order.payment_method == "test"


@pytest.mark.parametrize("status", ["paid", "shipped", "cancelled", "refunded"])
def test_nothing_to_pay_leads_to_the_order(shopper, client_of, status):
    order, client = OrderFactory(user=shopper, status=status), client_of(shopper)
    payments = Payment.objects.count()
    for answer in (client.get(at(order)), pay(client, order)):
        assert answer["Location"] == at(order, "")
    client.post(at(order, "pay/method/"), {"method": "transfer"})
    assert Payment.objects.count() == payments
    order.refresh_from_db()
    assert order.payment_method == "test"


def test_a_shop_without_a_card_gateway(shopper, client_of, settings):
    order = OrderFactory(user=shopper, status="pending", payment_method="transfer")
    settings.SHOP_GATEWAYS = ["manual"]
    assert client_of(shopper).get(at(order))["Location"] == at(order, "")


@pytest.mark.parametrize("page", ["pay/", "pay/confirm/", "pay/waiting/"])
def test_who_may_pay(page, shopper, other_shopper, staff, anonymous, client_of):
    order = OrderFactory(user=shopper, status="pending")
    pay_order(PayOrder(order_id=order.pk, token=CHALLENGE))
    assert client_of(shopper).get(at(order, page)).status_code in {200, 302}
    for client in (client_of(other_shopper), client_of(staff), anonymous):
        assert client.get(at(order, page)).status_code == 404
        assert client.post(at(order, page), {**CARD, "answer": "approve"}).status_code in {404, 405}
        assert client.post(at(order, "pay/method/"), {"method": "transfer"}).status_code == 404
    assert status_of(order) == ("pending", "unpaid")
    order.refresh_from_db()
    assert order.payment_method == "test"


def test_a_card_number_is_written_nowhere(guest, order, caplog):
    pay(guest, order)
    assert "4242" not in caplog.text
    payment = Payment.objects.get()
    assert "4242" not in "".join(str(value) for value in vars(payment).values())
