from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.urls import reverse

from carts.tests.factories import goods
from catalog.models import Product
from catalog.tests.factories import ImageFactory, ProductFactory, VariantFactory
from orders.models import Order, OrderLine
from orders.services.add_note import add_note
from orders.services.refund_order import GiveBack, refund_order
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory, settle_refunds
from orders.tests.permissions import clerk
from orders.tests.stock import assert_stock_agrees, counters

pytestmark = pytest.mark.django_db
STEPS = ("paid", "processing", "delivered")
PAGES = ("ship", "refund", "cancel", "cancel_rest", "note")


@pytest.fixture
def desk(staff, client_of):
    return client_of(staff)


def url(order: Order | int, name: str = "change") -> str:
    return reverse(f"admin:orders_order_{name}", args=[order.pk if isinstance(order, Order) else order])


def text(desk, order: Order) -> str:
    response = desk.get(url(order))
    assert response.status_code == 200
    return response.content.decode()


def buttons(desk, order: Order) -> list[str]:
    return [str(offer.label) for offer in desk.get(url(order)).context["offers"]]


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_everything_about_the_order(desk, staff, shopper):
    variant = VariantFactory(product=ProductFactory(name="Contours 7", variants=0), sku="PR-7", options={"Size": "A3"})
    ImageFactory(product=variant.product)
    order = OrderFactory(user=shopper, items=[(variant, 2)], note="Ring <twice>")
    ship_order(
        Parcel(order_id=order.pk, carrier="DHL", tracking_number="JD01", tracking_url="https://dhl.example/JD01")
    )
    refund_order(GiveBack(order_id=order.pk, amount=Decimal("4.90"), reason="late", actor_id=staff.pk))
    settle_refunds(order)
    add_note(order_id=order.pk, text="Phoned her", actor_id=staff.pk)
    Product.objects.update(name="Renamed since")

    html = text(desk, order)

    for shown in (
        *("Contours 7", "A3", "PR-7", "2 × €20.00", "€40.00", "Delivery, Standard", "€4.90", "€44.90"),
        *("Hafenstraße 12", "20359 Hamburg", "shopper@example.org", "Ring &lt;twice&gt;"),
        *('href="https://dhl.example/JD01"', "DHL", "2 sent", "Phoned her", "Mara", "late", "partly refunded"),
        *("products/picture", "Card (test)", "Payment", "Refund"),
    ):
        assert shown in html, shown
    assert "Renamed since" not in html


def test_the_pages_of_the_admin_obey_the_strict_policy(desk):
    order = OrderFactory()
    for address in (url(order), url(order, "ship"), "/admin/", "/admin/orders/order/"):
        response = desk.get(address)
        assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
        html = response.content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert " onclick=" not in html


def test_the_number_of_queries_does_not_depend_on_the_order(desk, django_assert_num_queries):
    small = OrderFactory()
    large = OrderFactory(items=[(goods(price="1.00"), 1) for _ in range(12)])
    for line in large.lines.all():
        ship_order(Parcel(order_id=large.pk, quantities={line.public_id: 1}))
        add_note(order_id=large.pk, text="Sent one")
    ship_order(Parcel(order_id=small.pk))
    text(desk, small)
    with django_assert_num_queries(17):
        text(desk, small)
    with django_assert_num_queries(17):
        text(desk, large)


@pytest.mark.parametrize(
    ("status", "method", "expected"),
    [
        ("pending", "test", ["Mark as paid", "Cancel"]),
        ("pending", "transfer", ["Mark as paid", "Mark as being prepared", "Cancel"]),
        ("paid", "test", ["Ship", "Mark as being prepared", "Refund", "Cancel"]),
        ("processing", "test", ["Ship", "Refund", "Cancel"]),
        ("processing", "on_delivery", ["Mark as paid", "Ship", "Cancel"]),
        ("shipped", "test", ["Mark as delivered", "Refund", "Book a return"]),
        ("delivered", "test", ["Refund", "Book a return"]),
        ("delivered", "on_delivery", ["Mark as paid", "Book a return"]),
        ("cancelled", "test", []),
        ("refunded", "test", []),
    ],
)
def test_only_what_can_be_done_is_offered(desk, status, method, expected):
    assert buttons(desk, OrderFactory(status=status, payment_method=method)) == expected


def test_the_rest_of_an_order_sent_in_part_can_be_cancelled(desk):
    variant = goods(stock=5)
    order = OrderFactory(items=[(variant, 3)])
    ship_order(Parcel(order_id=order.pk, quantities={order.lines.get().public_id: 1}))
    assert buttons(desk, order) == ["Ship", "Refund", "Book a return", "Cancel the rest"]
    assert "2 × Product" in desk.get(url(order, "cancel_rest")).content.decode()

    response = desk.post(url(order, "cancel_rest"), {"why": "Sold out"}, follow=True)

    assert said(response) == ["The rest is cancelled. Its units can be sold again."]
    assert counters(variant) == (4, 0, 0)
    assert order.refunds.get().amount == 40


def test_steps_by_one_click(desk, staff):
    order = OrderFactory(payment_method="transfer", status="pending")
    assert said(desk.post(url(order, "paid"), follow=True)) == ["1 order marked as paid."]
    assert said(desk.post(url(order, "processing"), follow=True)) == ["1 order is being prepared."]
    ship_order(Parcel(order_id=order.pk))
    assert said(desk.post(url(order, "delivered"), follow=True)) == ["1 order marked as delivered."]
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("delivered", "paid")
    assert order.events.get(kind="delivered").actor == staff
    assert LogEntry.objects.filter(object_id=str(order.pk), user=staff).count() == 3
    assert said(desk.post(url(order, "paid"), follow=True)) == [
        f"{order.number}: There is nothing to pay for this order any more."
    ]


@pytest.mark.parametrize("step", STEPS)
def test_steps_are_posted(desk, step):
    order = OrderFactory()
    assert desk.get(url(order, step)).status_code == 405
    assert desk.post(url(order)).status_code == 405


@pytest.mark.parametrize("name", [*STEPS, *PAGES])
def test_nothing_happens_without_the_token_against_forgery(staff, name):
    order = OrderFactory(status="shipped")
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(staff)
    assert browser.post(url(order, name), {"why": "x", "amount": "1", "text": "x"}).status_code == 403
    order.refresh_from_db()
    assert order.status == "shipped"
    assert order.refunds.count() == 0


@pytest.mark.parametrize("name", [*STEPS, *PAGES])
def test_who_may_only_look(client_of, name):
    order = OrderFactory()
    desk = client_of(clerk("view_order"))
    html = text(desk, order)
    assert buttons(desk, order) == []
    assert "note-form" not in html
    assert desk.post(url(order, name)).status_code == 403
    order.refresh_from_db()
    assert order.status == "paid"


def test_who_may_not_refund(client_of):
    order = OrderFactory()
    desk = client_of(clerk("view_order", "change_order"))
    assert buttons(desk, order) == ["Ship", "Mark as being prepared"]
    for name in ("refund", "cancel", "cancel_rest"):
        assert desk.post(url(order, name), {"why": "x", "amount": "1"}).status_code == 403
    assert order.refunds.count() == 0
    unpaid = OrderFactory(status="pending")
    assert buttons(desk, unpaid) == ["Mark as paid", "Cancel"]
    assert desk.get(url(unpaid, "cancel")).status_code == 200


def test_who_may_refund_and_nothing_else(client_of):
    desk = client_of(clerk("view_order", "refund_order"))
    order = OrderFactory()
    assert buttons(desk, order) == ["Refund"]
    assert desk.get(url(order, "refund")).status_code == 200
    assert desk.get(url(order, "ship")).status_code == 403


def test_who_may_do_other_things_sees_no_order(client_of):
    order = OrderFactory()
    assert client_of(clerk("view_product")).get(url(order)).status_code == 403


@pytest.mark.parametrize("name", ["change", *PAGES])
def test_orders_that_are_not_there(desk, name):
    assert desk.get(url(999, name)).status_code == 404


@pytest.mark.parametrize("key", ["abc", "1.5", "-1", "9" * 40, "1%20or%201", "٣"])
def test_nonsense_in_the_address(desk, key):
    assert desk.get(f"/admin/orders/order/{key}/change/").status_code == 404


def test_nothing_is_added_or_deleted(desk):
    order = OrderFactory()
    assert desk.get("/admin/orders/order/add/").status_code == 403
    assert desk.post(f"/admin/orders/order/{order.pk}/delete/", {"post": "yes"}).status_code == 403
    assert Order.objects.count() == 1


class TestShip:
    def post(self, desk, order, follow=True, **data):
        lines = {f"line_{line.public_id}": line.open_quantity for line in order.lines.all() if line.open_quantity}
        return desk.post(
            url(order, "ship"), {**lines, "carrier": "DHL", "tracking_number": "JD01", **data}, follow=follow
        )

    def test_the_whole_order(self, desk, staff):
        order = OrderFactory()
        response = self.post(desk, order, tracking_url="https://dhl.example/?id=JD01")
        assert said(response) == ["The parcel is booked. The customer is told by mail."]
        shipment = order.shipments.get()
        assert (shipment.carrier, shipment.tracking_number, shipment.actor) == ("DHL", "JD01", staff)
        assert shipment.tracking_url == "https://dhl.example/?id=JD01"
        order.refresh_from_db()
        assert order.status == "shipped"

    def test_a_part_and_then_the_next_carrier_is_suggested(self, desk):
        order = OrderFactory(items=[(goods(), 3), (goods(), 1)])
        first, second = order.lines.all()
        self.post(desk, order, **{f"line_{first.public_id}": 2, f"line_{second.public_id}": 0})
        assert [line.shipped_quantity for line in order.lines.all()] == [2, 0]
        form = desk.get(url(order, "ship")).context["form"]
        assert form.fields["carrier"].initial == "DHL"
        assert form.fields[f"line_{first.public_id}"].initial == 1

    @pytest.mark.parametrize("quantity", ["", "-1", "4", "1.5", "abc", "1000000000"])
    def test_numbers_that_will_not_do_are_said_at_the_line(self, desk, quantity):
        order = OrderFactory(items=[(goods(), 3)])
        name = f"line_{order.lines.get().public_id}"
        response = self.post(desk, order, **{name: quantity})
        assert list(response.context["form"].errors) == [name]
        assert 'value="JD01"' in response.content.decode()
        assert order.shipments.count() == 0

    def test_labels_that_will_not_do(self, desk):
        order = OrderFactory()
        response = self.post(desk, order, tracking_url="javascript:alert(1)", tracking_number="x" * 81)
        assert set(response.context["form"].errors) == {"tracking_url", "tracking_number"}

    def test_an_empty_parcel(self, desk):
        order = OrderFactory()
        response = self.post(desk, order, **{f"line_{order.lines.get().public_id}": 0})
        assert "There is nothing in this shipment." in response.content.decode()

    def test_what_is_not_on_the_shelf(self, desk):
        order = OrderFactory(items=[(VariantFactory(stock=0, allow_backorder=True), 1)])
        assert "Book the delivery in first" in self.post(desk, order).content.decode()

    def test_an_order_that_was_cancelled_meanwhile(self, desk):
        order = OrderFactory(status="cancelled")
        response = self.post(desk, order)
        assert response.status_code == 200
        assert "cannot go there" in response.content.decode()


class TestRefund:
    def post(self, desk, order, amount, why="damaged"):
        return desk.post(url(order, "refund"), {"amount": amount, "why": why}, follow=True)

    def test_a_part(self, desk, staff):
        order = OrderFactory()
        assert desk.get(url(order, "refund")).context["form"].fields["amount"].initial == Decimal("44.90")
        assert said(self.post(desk, order, "10.50")) == ["The refund is on its way to the payment provider."]
        refund = order.refunds.get()
        assert (refund.amount, refund.reason, refund.actor) == (Decimal("10.50"), "damaged", staff)

    @pytest.mark.parametrize("amount", ["0", "-1", "44.91", "0.001", "NaN", "1e400", "Infinity", "", "abc"])
    def test_amounts_that_will_not_do(self, desk, amount):
        order = OrderFactory()
        response = self.post(desk, order, amount)
        assert list(response.context["form"].errors) == ["amount"]
        assert "damaged" in response.content.decode()
        assert order.refunds.count() == 0

    def test_a_reason_is_needed(self, desk):
        response = self.post(desk, OrderFactory(), "1", why="")
        assert list(response.context["form"].errors) == ["why"]


class TestCancel:
    def test_with_a_reason(self, desk, staff):
        variant = goods(stock=3)
        order = OrderFactory(items=[(variant, 2)])
        assert "€44.90" in desk.get(url(order, "cancel")).content.decode()
        response = desk.post(url(order, "cancel"), {"why": "Ordered twice"}, follow=True)
        assert said(response) == ["The order is cancelled. Its units can be sold again."]
        order.refresh_from_db()
        assert (order.status, order.cancel_reason) == ("cancelled", "staff")
        assert order.events.get(kind="note").message == "Ordered twice"
        assert order.refunds.get().actor == staff
        assert counters(variant) == (3, 0, 0)
        assert_stock_agrees()

    def test_too_late(self, desk):
        order = OrderFactory(status="shipped")
        response = desk.post(url(order, "cancel"), {"why": "Changed my mind"})
        assert "can no longer be cancelled" in response.content.decode()
        assert "Changed my mind" in response.content.decode()

    def test_without_a_reason(self, desk):
        order = OrderFactory()
        assert list(desk.post(url(order, "cancel"), {"why": " "}).context["form"].errors) == ["why"]
        order.refresh_from_db()
        assert order.status == "paid"


class TestNote:
    def test_for_staff_or_for_the_customer(self, desk, staff):
        order = OrderFactory()
        desk.post(url(order, "note"), {"text": "Gift wrap"})
        assert said(desk.get(url(order))) == ["The note is in the timeline."]
        desk.post(url(order, "note"), {"text": "Leaves on Monday", "is_public": "on"})
        private, public = order.events.filter(kind="note")
        assert (private.message, private.is_public, private.actor) == ("Gift wrap", False, staff)
        assert (public.message, public.is_public) == ("Leaves on Monday", True)

    @pytest.mark.parametrize("note", ["", " ", "x" * 501])
    def test_what_will_not_do_is_said_on_a_page_that_keeps_it(self, desk, note):
        order = OrderFactory()
        response = desk.post(url(order, "note"), {"text": note})
        assert list(response.context["form"].errors) == ["text"]
        assert not order.events.filter(kind="note").exists()

    def test_markup_is_text(self, desk):
        order = OrderFactory()
        desk.post(url(order, "note"), {"text": "<script>alert(1)</script>"})
        assert "<script>alert(1)" not in text(desk, order)


def test_goods_that_are_gone_leave_the_order_whole(desk):
    order = OrderFactory()
    OrderLine.objects.update(product=None, variant=None)
    html = text(desk, order)
    assert order.lines.get().name in html
    assert "no-picture" in html
