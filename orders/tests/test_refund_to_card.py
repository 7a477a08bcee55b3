"""Money back as a gift card: goodwill, or where the way it came is closed."""

from __future__ import annotations

import re
from decimal import Decimal

import pytest
from django.core import mail
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from carts.models import GiftCard
from carts.services.gift_cards import issue_gift_card, mailed_card, usable_card
from carts.tests.api import Api, ok
from carts.tests.factories import goods
from orders.models import Order
from orders.services.pay import PayOrder, pay_order
from orders.services.refund_order import GiveBack, refund_order
from orders.services.refund_to_card import CodeLost, mail_gift_card_again
from orders.tests.factories import GOOD_CARD, OrderFactory, check_out, fill_cart, settle_refunds
from orders.tests.pages import text_of
from orders.tests.whole import what_is_broken
from shop.common.errors import InvalidInput, NotFound
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db
CODE = re.compile(r"\b[0-9A-Z]{4}(?:-[0-9A-Z]{4}){3}\b")


@pytest.fixture
def order() -> Order:
    return OrderFactory(status="delivered")


def code_mailed() -> str:
    run_tasks()
    (told,) = [message for message in mail.outbox if "gift card" in message.subject]
    return CODE.findall(told.body.replace(told.subject, ""))[-1]


def test_a_part(order, staff):
    (refund,) = refund_order(
        GiveBack(order_id=order.pk, amount=Decimal("12.50"), reason="late", actor_id=staff.pk, to_gift_card=True)
    )
    order.refresh_from_db()
    assert (refund.state, refund.amount, refund.payment) == ("succeeded", Decimal("12.50"), order.payments.get())
    assert (order.status, order.payment_status, order.refunded) == ("delivered", "partially_refunded", refund.amount)
    assert order.events.get(kind="refunded").message == "€12.50 refunded as a gift card"
    code = code_mailed()
    card = usable_card(code)
    assert (card.balance, card.entries.get().actor) == (Decimal("12.50"), staff)
    assert what_is_broken() == []


def test_everything_ends_the_order():
    order = OrderFactory()
    refund_order(GiveBack(order_id=order.pk, to_gift_card=True))
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("refunded", "refunded")
    assert GiftCard.objects.get().balance == order.total
    assert what_is_broken() == []


def test_never_more_than_is_here(order):
    refund_order(GiveBack(order_id=order.pk, amount=Decimal(10), to_gift_card=True))
    with pytest.raises(InvalidInput):
        refund_order(GiveBack(order_id=order.pk, amount=order.total, to_gift_card=True))
    refund_order(GiveBack(order_id=order.pk))
    settle_refunds(order)
    order.refresh_from_db()
    assert (order.refunded, order.payments.get().refunded) == (order.total, order.total)
    assert GiftCard.objects.count() == 1


def test_one_card_for_what_two_payments_gave():
    order = check_out(fill_cart([(goods(price="50.00"), 1)]), gift_card=issue_gift_card(amount=Decimal(30)).code).order
    pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
    paid_by = set(GiftCard.objects.values_list("pk", flat=True))
    refunds = refund_order(GiveBack(order_id=order.pk, to_gift_card=True))
    card = GiftCard.objects.exclude(pk__in=paid_by).get()
    assert (len(refunds), card.balance) == (2, order.total)
    assert what_is_broken() == []


def test_the_code_is_kept_nowhere(order):
    (refund,) = refund_order(GiveBack(order_id=order.pk, amount=Decimal(5), to_gift_card=True))
    code = mailed_card(reference=refund.public_id).code
    rows = [*DBTaskResult.objects.all(), *order.events.all(), refund, *GiftCard.objects.all()]
    assert code not in str([vars(row) for row in rows])
    assert code_mailed() == code
    with pytest.raises(NotFound):
        mailed_card(reference="another")


def test_by_staff(order, staff, client_of):
    desk = client_of(staff)
    address = reverse("admin:orders_order_refund", args=[order.pk])
    page = desk.post(address, {"amount": "7.00", "why": "sorry", "to_gift_card": "on"}, follow=True)
    assert "The gift card is on its way to the customer." in text_of(page)
    assert "Gift card sorry refunded −€7.00" in text_of(page)


def test_by_the_api(order, staff, shopper):
    path, body = f"admin/orders/{order.number}/refund", {"amount": "7.00", "to_gift_card": True}
    assert Api(user=shopper).post(path, body).status_code == 403
    done = ok(Api(user=staff).post(path, body, Idempotency_Key="k1"), 201)
    again = ok(Api(user=staff).post(path, body, Idempotency_Key="k1"), 201)
    assert done == again
    assert done["refunds"][0]["to_gift_card"] is True
    assert GiftCard.objects.get().balance == 7


def test_a_lost_mail_is_sent_again_with_the_same_code(order, staff, client_of):
    (refund,) = refund_order(GiveBack(order_id=order.pk, amount=Decimal(5), to_gift_card=True))
    by_gateway = refund_order(GiveBack(order_id=order.pk, amount=Decimal(1)))[0]
    code = code_mailed()
    mail.outbox.clear()
    page = client_of(staff).post(
        reverse("admin:orders_refund_changelist"),
        {"action": "mail_again", "_selected_action": [refund.pk, by_gateway.pk]},
        follow=True,
    )
    assert "1 code mailed again." in text_of(page)
    assert "went back by the gateway" in text_of(page)
    assert code_mailed() == code
    assert order.events.get(kind="gift_card_mailed").actor == staff
    assert GiftCard.objects.count() == 1


def test_a_code_made_under_a_replaced_key_is_mailed_again(order, settings):
    (refund,) = refund_order(GiveBack(order_id=order.pk, amount=Decimal(5), to_gift_card=True))
    code = code_mailed()
    mail.outbox.clear()
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another" * 10
    mail_gift_card_again(refund_id=refund.pk)
    assert code_mailed() == code


def test_a_code_whose_key_is_gone_is_said_to_be_lost(order, staff, client_of, settings):
    (refund,) = refund_order(GiveBack(order_id=order.pk, amount=Decimal(5), to_gift_card=True))
    code = code_mailed()
    mail.outbox.clear()
    settings.SECRET_KEY = "another" * 10
    with pytest.raises(CodeLost):
        mail_gift_card_again(refund_id=refund.pk)
    address, chosen = reverse("admin:orders_refund_changelist"), {"_selected_action": [refund.pk]}
    page = client_of(staff).post(address, {"action": "mail_again", **chosen}, follow=True)
    assert "made under a SECRET_KEY that is gone" in text_of(page)
    run_tasks()
    assert mail.outbox == []
    assert not order.events.filter(kind="gift_card_mailed").exists()
    assert usable_card(code).balance == 5, "who has the code still pays with it"
