"""A customer asks to send something back, staff answer, the parcel is booked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from carts.tests.factories import counters, goods
from orders.models import Order, Return
from orders.services.request_return import (
    NoReturnAsked,
    NotReturnable,
    ReturnOpen,
    WantedBack,
    approve_return,
    reject_return,
    request_return,
)
from orders.services.return_order import CameBack, ReturnOrder, return_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.pages import text_of
from orders.tests.permissions import clerk
from shop.common.errors import InvalidInput
from shop.testing.work import run_tasks

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(shopper) -> Order:
    """Three of a thing for 10.00, delivered."""
    return OrderFactory(user=shopper, items=[(goods(price="10.00", stock=5, name="Weave 2"), 3)], status="delivered")


def wanted(order: Order, units: int = 2, **more: object) -> Return:
    quantities = {order.lines.get().public_id: units}
    return request_return(WantedBack(**{"order_id": order.pk, "quantities": quantities, "reason": "torn", **more}))


def page(order: Order) -> str:
    return f"/orders/{order.number}/return/"


def url(order: Order, name: str) -> str:
    return reverse(f"admin:orders_order_{name}", args=[order.pk])


class TestAsking:
    def test_by_the_orders_page(self, order, shopper, client_of, queued):
        client, line = client_of(shopper), order.lines.get()
        assert page(order) in client.get(order.get_absolute_url()).content.decode()
        answer = client.post(page(order), {f"line_{line.public_id}": "2", "reason": "torn"}, follow=True)
        asked = Return.objects.get()
        assert (asked.status, asked.reason, asked.actor) == ("requested", "torn", shopper)
        assert asked.lines.get().quantity == 2
        words = text_of(answer)
        assert "We have your request" in words
        assert "What you send back 2 × Weave 2 Asked on" in words
        assert "Send something back" not in words, "one at a time"
        assert queued("send_to_staff")[-1]["kwargs"]["what"] == "The customer asks to send 2 back"
        assert order.events.get(kind="return_requested").message == "Return of 2 items asked for"

    def test_nothing_chosen_keeps_what_was_typed(self, order, shopper, client_of):
        answer = client_of(shopper).post(
            page(order), {f"line_{order.lines.get().public_id}": "0", "reason": "It is <b>torn</b>"}
        )
        assert "Please say what you want to send back." in text_of(answer)
        assert "It is &lt;b&gt;torn" in answer.content.decode()
        assert not Return.objects.exists()

    def test_others_find_nothing(self, order, other_shopper, client_of):
        assert client_of(other_shopper).get(page(order)).status_code == 404
        assert Client().post(page(order), {}).status_code == 404

    def test_a_second_request_waits(self, order):
        wanted(order)
        with pytest.raises(ReturnOpen):
            wanted(order, 1)

    @pytest.mark.parametrize("units", [0, -1, 4])
    def test_only_what_arrived(self, order, units):
        with pytest.raises(InvalidInput):
            wanted(order, units)

    def test_only_lines_of_the_order(self, order):
        with pytest.raises(InvalidInput):
            wanted(order, quantities={OrderFactory(status="shipped").lines.get().public_id: 1})

    def test_in_time(self, order, shopper, client_of, settings):
        Order.objects.filter(pk=order.pk).update(delivered_at=timezone.now() - timedelta(days=31))
        with pytest.raises(NotReturnable):
            wanted(order)
        assert client_of(shopper).get(page(order)).status_code == 302
        settings.SHOP_RETURN_DAYS = 60
        assert wanted(order).status == "requested"

    def test_not_where_the_shop_does_not_offer_it(self, order, settings):
        settings.SHOP_RETURN_DAYS = 0
        with pytest.raises(NotReturnable):
            wanted(order)

    def test_not_before_anything_was_sent(self):
        with pytest.raises(NotReturnable):
            wanted(OrderFactory())


class TestAnswering:
    def test_yes(self, order, staff, shopper, client_of, settings):
        settings.SHOP_RETURN_ADDRESS = "Halftide\nAm Kai 1"
        wanted(order)
        desk = client_of(staff)
        assert "Approve the return" in text_of(desk.get(url(order, "change")))
        assert order.number in desk.get(reverse("admin:orders_order_changelist"), {"todo": "returns"}).content.decode()
        desk.post(url(order, "approve_return"))
        run_tasks()
        assert Return.objects.get().status == "approved"
        (told,) = [message for message in mail.outbox if message.to == [order.email] and "return" in message.subject]
        assert "2 × Weave 2" in told.body
        assert "Am Kai 1" in told.body
        assert "Please send it to: Halftide Am Kai 1" in text_of(client_of(shopper).get(order.get_absolute_url()))
        settings.SHOP_RETURN_ADDRESS = ""
        assert "Please send it to" not in text_of(client_of(shopper).get(order.get_absolute_url()))

    def test_no_says_why(self, order, staff, client_of):
        wanted(order)
        desk = client_of(staff)
        assert "This field is required." in text_of(desk.post(url(order, "reject_return"), {"answer": " "}))
        desk.post(url(order, "reject_return"), {"answer": "It was worn."})
        run_tasks()
        asked = Return.objects.get()
        assert (asked.status, asked.answer) == ("rejected", "It was worn.")
        assert any("It was worn." in message.body for message in mail.outbox)
        assert order.events.filter(kind="return_rejected", is_public=True).count() == 1
        assert wanted(order, 1).status == "requested", "they may ask again"

    def test_once(self, order):
        with pytest.raises(NoReturnAsked):
            approve_return(order_id=order.pk)
        wanted(order)
        approve_return(order_id=order.pk)
        with pytest.raises(NoReturnAsked):
            reject_return(order_id=order.pk, answer="No")

    def test_by_those_who_may(self, order, client_of):
        wanted(order)
        looker = client_of(clerk("view_order"))
        assert looker.post(url(order, "approve_return")).status_code == 403
        assert Return.objects.get().status == "requested"


class TestArriving:
    def test_the_form_begins_with_what_was_asked_for(self, order, staff, client_of):
        wanted(order)
        shown = client_of(staff).get(url(order, "return"))
        line = order.lines.get()
        assert shown.context["form"][f"line_{line.public_id}"].value() == 2
        assert "torn" in text_of(shown)

    def test_what_came_counts(self, order, queued):
        asked = wanted(order)
        line = order.lines.get()
        return_order(ReturnOrder(order_id=order.pk, lines={line.public_id: CameBack(quantity=3)}))
        settle_refunds(order)
        order.refresh_from_db()
        asked.refresh_from_db()
        assert (asked.status, asked.lines.get().quantity, asked.reason) == ("received", 3, "torn")
        assert (order.refunded, order.fulfilment_status) == (30, "returned")
        assert counters(line.variant) == (5, 0, 0)
        assert Return.objects.count() == 1

    def test_as_a_gift_card(self, order, staff, client_of):
        wanted(order)
        line = order.lines.get()
        typed = {f"line_{line.public_id}": "2", "restock": "on", "refunds": "on", "to_gift_card": "on", "shipping": "0"}
        client_of(staff).post(url(order, "return"), {**typed, "why": "torn"})
        refund = order.refunds.get()
        assert (refund.state, refund.amount, refund.to_gift_card) == ("succeeded", 20, True)
        assert refund.lines.get().amount == 20
