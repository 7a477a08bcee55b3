from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.core import mail
from django.utils import timezone

from carts.tests.factories import goods
from catalog.tests.factories import ProductFactory, VariantFactory
from orders.gateways.base import GatewayResult, RefundRequest, RefundResult
from orders.gateways.test.gateway import TestGateway as PretendGateway
from orders.models import Order, Payment, PaymentState
from orders.selectors.orders import order_by_token
from orders.services.cancel_order import cancel_order, expire_orders
from orders.services.mail_link import mail_order_link
from orders.services.mails import queue_staff_alert
from orders.services.pay import PayOrder, pay_order
from orders.services.payment_results import apply_result
from orders.services.refund_order import GiveBack, refund_order
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory
from shop.common.errors import TooManyRequests
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


def mails(subject_start: str) -> list[mail.EmailMultiAlternatives]:
    run_tasks()
    return [sent for sent in mail.outbox if sent.subject.startswith(subject_start)]


def the_mail(subject_start: str) -> tuple[str, str, mail.EmailMultiAlternatives]:
    """Text, HTML and the mail itself."""
    (sent,) = mails(subject_start)
    return str(sent.body), str(sent.alternatives[0][0]), sent


def token_in(text: str, order: Order) -> str:
    found = re.search(rf"http://testserver/orders/{order.number}/open/([-\w]{{43}})", text)
    assert found
    return found[1]


def test_a_guest_is_confirmed_with_a_link_of_their_own():
    order = OrderFactory(email="guest@example.org", items=[(goods(price="20.00", name="Weave & Wool"), 2)])
    text, html, sent = the_mail(f"Your order {order.number} at")
    assert sent.to == ["guest@example.org"]
    for part in (text, html):
        assert "€40.00" in part
        assert "€44.90" in part
        assert "Hafenstraße 12" in part
        assert "We prepare it now" in part
        assert "good for 90 days" in part
    assert "2 × Weave & Wool" in text
    assert "2 × Weave &amp; Wool" in html
    assert order_by_token(order.number, token_in(text, order)) == order


def test_a_customer_is_led_to_their_account(shopper):
    order = OrderFactory(user=shopper)
    text, html, sent = the_mail("Your order")
    assert sent.to == ["shopper@example.org"]
    assert f"http://testserver/orders/{order.number}/\n" in text
    assert f'href="http://testserver/orders/{order.number}/"' in html
    assert "90 days" not in text + html
    assert not order.tokens.exists()


def test_a_transfer_is_told_where_to_and_until_when(settings):
    settings.SHOP_BANK_DETAILS = "Print Room\nIBAN DE02 1203 0000 0000 2020 51"
    order = OrderFactory(payment_method="transfer", status="pending")
    text, html, _sent = the_mail("Your order")
    for part in (text, html):
        assert "IBAN DE02 1203 0000 0000 2020 51" in part
        assert order.number in part
        assert "We pack as soon as the money is here." in part
    assert f"Please send €{order.total} by " in text


def test_on_delivery_says_what_to_have_ready():
    order = OrderFactory(payment_method="on_delivery", status="processing")
    text, _html, _sent = the_mail("Your order")
    assert f"You pay €{order.total} when the parcel is handed to you." in text


def test_staff_hear_of_a_new_order(settings):
    settings.SHOP_STAFF_EMAILS = ["a@shop.example", "b@shop.example"]
    order = OrderFactory(email="guest@example.org", note="Please knock <twice>")
    text, html, sent = the_mail(f"New order {order.number}, €44.90")
    assert sent.to == ["a@shop.example", "b@shop.example"]
    assert "Note: Please knock <twice>" in text
    assert "Please knock &lt;twice&gt;" in html
    assert f"/admin/orders/order/{order.pk}/change/" in text
    assert "/open/" not in text + html, "a guest's key is the guest's"


def test_nobody_is_written_to_where_staff_want_no_mail(settings):
    settings.SHOP_STAFF_EMAILS = []
    OrderFactory()
    assert mails("New order") == []


def test_an_alert_says_what_it_is_about():
    order = OrderFactory()
    queue_staff_alert(order, "€20.00 arrived twice")
    text, html, _sent = the_mail(f"Please look at order {order.number}")
    assert text.startswith("€20.00 arrived twice")
    assert "€20.00 arrived twice" in html


def test_the_same_alert_twice_is_two_mails():
    order = OrderFactory()
    for _ in range(2):
        queue_staff_alert(order, "€20.00 arrived twice")
    sent = mails(f"Please look at order {order.number}")
    assert len({message.extra_headers["Message-ID"] for message in sent}) == len(sent) == 2


def test_a_parcel_is_announced_with_its_number():
    product = ProductFactory(name="Contours 7", variants=0)
    variant = VariantFactory(product=product, options={"Size": "A3"})
    order = OrderFactory(items=[(variant, 3)])
    line = order.lines.get()
    tracking = {"carrier": "DHL", "tracking_number": "0034", "tracking_url": "https://track.example/0034"}
    ship_order(Parcel(order_id=order.pk, quantities={line.public_id: 2}, **tracking))

    text, html, _sent = the_mail(f"Your order {order.number} is on its way")
    assert "2 × Contours 7" in text
    assert "The rest follows." in text
    assert "DHL" in text
    assert "https://track.example/0034" in text
    assert '<a href="https://track.example/0034">0034</a>' in html
    assert "A3" in html


def test_every_parcel_is_a_mail_of_its_own():
    order = OrderFactory()
    line = order.lines.get()
    for _ in range(2):
        ship_order(Parcel(order_id=order.pk, quantities={line.public_id: 1}))
    sent = mails(f"Your order {order.number} is on its way")
    assert len({message.extra_headers["Message-ID"] for message in sent}) == 2


def test_a_cancelled_order_says_that_money_goes_back():
    order = OrderFactory()
    cancel_order(order_id=order.pk)
    text, html, _sent = the_mail(f"Your order {order.number} is cancelled")
    assert "€44.90 go back the way they came." in text
    assert "€44.90 go back the way they came." in html


def test_an_order_that_ran_out_of_time_says_why():
    order = OrderFactory(status="pending")
    Order.objects.update(pay_by=timezone.now() - timedelta(seconds=1))
    assert expire_orders() == 1
    text, _html, _sent = the_mail(f"Your order {order.number} is cancelled")
    assert "was not paid in time" in text
    assert "go back" not in text


def test_dates_that_are_over_are_not_promised():
    order = OrderFactory()
    yesterday = timezone.localdate() - timedelta(days=1)
    Order.objects.update(promised_from=yesterday, promised_to=yesterday)
    text, _html, _sent = the_mail(f"Your order {order.number} at")
    assert "It should be with you" not in text


def test_a_lost_link_is_mailed_again(anonymous):
    order = OrderFactory(email="guest@example.org")
    run_tasks()
    mail.outbox.clear()
    typed = order.number.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    for _ in range(2):
        mail_order_link(number=f" {typed}", email="Guest@Example.org ", client_address="192.0.2.1")
    sent = mails(f"The link to your order {order.number}")
    assert [message.to for message in sent] == [["guest@example.org"]] * 2
    assert len({message.extra_headers["Message-ID"] for message in sent}) == 2
    tokens = {token_in(str(message.body), order) for message in sent}
    assert len(tokens) == 2
    assert all(order_by_token(order.number, token) == order for token in tokens)


@pytest.mark.parametrize(
    ("number", "email"), [("7KQ2-M9XD-04TB", "guest@example.org"), ("", "other@example.org"), ("x" * 500, "\x00")]
)
def test_a_wrong_pair_is_mailed_nothing(number, email):
    order = OrderFactory(email="guest@example.org")
    run_tasks()
    mail.outbox.clear()
    mail_order_link(number=number or order.number, email=email, client_address="192.0.2.1")
    assert mails("") == []


def test_looking_for_orders_is_limited_by_address(settings):
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "order_lookup_address": "2/3600"}
    for _ in range(2):
        mail_order_link(number="7KQ2-M9XD-04TB", email="a@example.org", client_address="192.0.2.1")
    with pytest.raises(TooManyRequests):
        mail_order_link(number="7KQ2-M9XD-04TB", email="a@example.org", client_address="192.0.2.1")
    mail_order_link(number="7KQ2-M9XD-04TB", email="a@example.org", client_address="192.0.2.2")


def test_nobodys_mailbox_is_flooded_from_many_addresses(settings):
    settings.SHOP_LIMITS = {**settings.SHOP_LIMITS, "order_link_order": "2/3600"}
    order = OrderFactory(email="guest@example.org")
    for number in range(5):
        mail_order_link(number=order.number, email="guest@example.org", client_address=f"192.0.2.{number}")
    assert len(mails("The link to your order")) == 2


def test_the_total_of_a_mail_is_the_orders(shopper):
    order = OrderFactory(user=shopper, items=[(goods(price="0.01"), 3)])
    text, _html, _sent = the_mail("Your order")
    assert order.total == Decimal("4.93")
    assert "3 items: €0.03" in text
    assert "Delivery: €4.90" in text
    assert "Total: €4.93" in text


class TestMoneyBack:
    def test_a_part(self, shopper):
        order = OrderFactory(user=shopper, status="delivered")
        refund_order(GiveBack(order_id=order.pk, amount=Decimal("5.00"), reason="Sorry, said Mara"))
        text, html, sent = the_mail("€5.00 went back to you")
        assert sent.to == [shopper.email]
        for part in (text, html):
            assert "the way they came" in part
            assert "Mara" not in part, "the reason is for staff"
            assert "paid twice" not in part

    def test_no_reason_that_staff_type_keeps_the_mail_back(self, shopper):
        order = OrderFactory(user=shopper, status="delivered")
        refund_order(GiveBack(order_id=order.pk, amount=Decimal("5.00"), reason="cancelled"))
        assert the_mail("€5.00 went back to you")[2].to == [shopper.email]

    def test_with_a_cancellation_one_mail_says_both(self, shopper):
        order = OrderFactory(user=shopper)
        cancel_order(order_id=order.pk)
        run_tasks()
        assert mails("€") == []
        assert len(mails(f"Your order {order.number} is cancelled")) == 1

    def test_the_rest_of_a_cancellations_refund_is_not_told_twice(self, shopper, monkeypatch):
        """A part was paid back by hand there: the mail is about that part alone."""
        order, asked = OrderFactory(user=shopper), []

        def refund(_self: PretendGateway, request: RefundRequest) -> RefundResult:
            asked.append(request.amount)
            return RefundResult(succeeded=len(asked) > 1, reference="r", error_message="More than there is")

        back = GatewayResult(state=PaymentState.CAPTURED, captured=order.total, refunded=Decimal(5))
        monkeypatch.setattr(PretendGateway, "refund", refund)
        monkeypatch.setattr(PretendGateway, "fetch", lambda self, reference: back)
        cancel_order(order_id=order.pk)
        told = mails("€")
        assert asked == [order.total, order.total - 5]
        assert [sent.subject for sent in told if sent.to == [shopper.email]] == [
            f"€5.00 went back to you for order {order.number}"
        ]
        told_by_row = order.refunds.order_by("pk").values_list("state", "amount", "tells_customer")
        assert list(told_by_row) == [
            ("failed", order.total, False),
            ("succeeded", 5, True),
            ("succeeded", order.total - 5, False),
        ]

    def test_money_that_came_too_late_is_explained(self, shopper):
        order = OrderFactory(user=shopper, status="pending")
        payment = pay_order(PayOrder(order_id=order.pk, token="4000000000003220"))
        cancel_order(order_id=order.pk)
        result = GatewayResult(state=PaymentState.CAPTURED, reference="r", captured=order.total)
        apply_result(payment_id=payment.pk, result=result)
        text, _html, _sent = the_mail(f"€{order.total} went back to you")
        assert "They arrived when the order had ended already." in text

    def test_paid_twice(self, shopper):
        order = OrderFactory(user=shopper)
        payment = Payment.objects.create(order=order, gateway="test", amount=order.total, currency=order.currency)
        result = GatewayResult(state=PaymentState.CAPTURED, reference="r", captured=order.total)
        apply_result(payment_id=payment.pk, result=result)
        text, _html, _sent = the_mail(f"€{order.total} went back to you")
        assert "The order had been paid twice." in text
