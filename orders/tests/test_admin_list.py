from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from carts.tests.factories import goods
from catalog.tests.factories import VariantFactory
from orders.models import Order, OrderAddress
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory
from orders.tests.permissions import clerk
from orders.tests.stock import assert_stock_agrees, counters

pytestmark = pytest.mark.django_db
LIST = "/admin/orders/order/"


@pytest.fixture
def desk(staff, client_of):
    return client_of(staff)


def found(desk, **query) -> set[str]:
    response = desk.get(LIST, query)
    assert response.status_code == 200
    return {order.number for order in response.context["cl"].result_list}


def act(desk, action: str, *orders: Order, follow: bool = True):
    data = {"action": action, "_selected_action": [order.pk for order in orders]}
    return desk.post(LIST, data, follow=follow)


def said(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def test_what_the_list_shows(desk):
    order = OrderFactory(email="ada@example.org", status="shipped")
    text = desk.get(LIST).content.decode()
    for shown in (order.number, "ada<wbr>@example.org", "Ines Albrecht", "€44.90", "on its way", "paid", "shipped"):
        assert shown in text
    assert "Add order" not in text


def test_orders_are_found_by_what_is_written_on_them(desk):
    variant = VariantFactory(sku="PR-Wave-7")
    ada = OrderFactory(user=UserFactory(email="ada@example.org"), items=[(variant, 1)])
    other = OrderFactory()
    OrderAddress.objects.filter(order=ada).update(full_name="Ada Lovelace")
    ship_order(Parcel(order_id=ada.pk, tracking_number="JD0146"))

    for text in (
        ada.number,
        ada.number.lower(),
        ada.number[:6],
        "ADA@example",
        "lovelace",
        "ada love",
        "PR-Wave",
        "jd014",
    ):
        assert found(desk, q=text) == {ada.number}, text
    assert found(desk, q="pr-wave-7 grace") == set()
    assert found(desk) == {ada.number, other.number}


def test_filters(desk):
    orders = {status: OrderFactory(status=status).number for status in ("pending", "paid", "processing", "shipped")}
    unpaid = OrderFactory(payment_method="on_delivery", status="processing").number
    assert found(desk, todo="ship") == {orders["paid"], orders["processing"], unpaid}
    assert found(desk, todo="unpaid") == {orders["pending"]}
    assert found(desk, status__exact="shipped") == {orders["shipped"]}
    assert found(desk, method="on_delivery") == {unpaid}
    assert found(desk, payment_status__exact="unpaid") == {orders["pending"], unpaid}
    assert found(desk, placed_at__gte="2999-01-01 00:00:00+00:00") == set()


def test_money_that_has_not_gone_back_is_found(desk):
    waiting = OrderFactory()
    done = OrderFactory(status="cancelled")
    act(desk, "cancel", waiting, follow=False)
    desk.post(reverse("admin:orders_order_cancel", args=[waiting.pk]), {"why": "Lost"})
    assert found(desk, todo="money") == {waiting.number}
    assert done.number not in found(desk, todo="money")


def test_the_number_of_queries_does_not_depend_on_the_number_of_orders(desk, django_assert_num_queries):
    first = OrderFactory()
    desk.get(LIST)
    with django_assert_num_queries(5):
        desk.get(LIST)
    for _ in range(9):
        copy = Order.objects.create(
            number=f"X-{_}", currency="EUR", subtotal=1, total=1, email="x@example.org", payment_method="test"
        )
        OrderAddress.objects.create(order=copy, kind="shipping", full_name="X", line1="Y", country="DE")
    with django_assert_num_queries(5):
        assert first.number in desk.get(LIST).content.decode()


def test_steps_on_several_orders_say_what_happened_to_each(desk, staff):
    paid, card = OrderFactory(), OrderFactory(status="pending")
    transfer = OrderFactory(payment_method="transfer", status="pending")

    response = act(desk, "mark_processing", paid, transfer, card)

    assert said(response) == ["2 orders are being prepared.", f"{card.number}: This order is not paid yet."]
    for order in (paid, transfer, card):
        order.refresh_from_db()
    assert [paid.status, transfer.status, card.status] == ["processing", "processing", "pending"]
    assert paid.events.get(kind="processing").actor == staff

    assert said(act(desk, "mark_paid", transfer, paid)) == [
        "1 order marked as paid.",
        f"{paid.number}: There is nothing to pay for this order any more.",
    ]
    assert "1 order marked as delivered." in said(act(desk, "mark_delivered", OrderFactory(status="shipped"), paid))


def test_one_order_leads_to_its_own_page(desk):
    order = OrderFactory()
    for action in ("ship", "cancel", "refund"):
        response = act(desk, action, order, follow=False)
        assert response.headers["Location"] == reverse(f"admin:orders_order_{action}", args=[order.pk])


def test_refunds_are_made_one_at_a_time(desk):
    response = act(desk, "refund", OrderFactory(), OrderFactory())
    assert said(response) == ["Money goes back one order at a time. Please choose one."]


def test_several_orders_are_shipped_with_a_number_each(desk, staff):
    variant = goods(stock=10)
    first, second = OrderFactory(items=[(variant, 1)]), OrderFactory(items=[(variant, 2)])
    cancelled = OrderFactory(items=[(variant, 1)], status="cancelled")
    response = act(desk, "ship", first, second, cancelled)
    assert f"Tracking number for {first.number}" in response.content.decode()
    address = response.redirect_chain[-1][0]

    data = {"carrier": "DHL", f"parcel_{first.pk}": "A-1", f"parcel_{second.pk}": "A-2", f"parcel_{cancelled.pk}": ""}
    response = desk.post(address, data, follow=True)

    assert said(response)[0] == "2 orders shipped."
    assert said(response)[1].startswith(f"{cancelled.number}: ")
    assert [order.shipments.get().tracking_number for order in (first, second)] == ["A-1", "A-2"]
    assert first.shipments.get().carrier == "DHL"
    assert first.shipments.get().actor == staff
    assert counters(variant) == (7, 0, 0)
    assert_stock_agrees()


def test_several_orders_are_cancelled_with_a_reason(desk):
    variant = goods(stock=10)
    first, second = OrderFactory(items=[(variant, 1)]), OrderFactory(items=[(variant, 2)], status="pending")
    address = act(desk, "cancel", first, second).redirect_chain[-1][0]

    response = desk.post(address, {"why": ""})
    assert response.context["form"].errors == {"why": ["This field is required."]}

    response = desk.post(address, {"why": "Water damage"}, follow=True)
    assert said(response) == ["2 orders cancelled."]
    assert [order.events.get(kind="note").message for order in (first, second)] == ["Water damage"] * 2
    assert counters(variant) == (10, 0, 0)


def test_not_too_many_at_once(desk, monkeypatch):
    monkeypatch.setattr("orders.admin.many_pages.MOST", 1)
    response = act(desk, "ship", OrderFactory(), OrderFactory())
    assert said(response) == ["Please choose at most 1 orders."]


@pytest.mark.parametrize("ids", ["", "abc", "1,2;3", "٣", "9" * 40])
def test_nonsense_in_the_address(desk, ids):
    response = desk.get(reverse("admin:orders_order_ship_many"), {"ids": ids})
    assert response.status_code == 200
    assert [name for name in response.context["form"].fields if name.startswith("parcel_")] == []


def test_who_may_only_look_sees_no_actions(client_of):
    desk = client_of(clerk("view_order"))
    order = OrderFactory()
    response = desk.get(LIST)
    assert response.status_code == 200
    assert response.context["action_form"] is None
    act(desk, "mark_processing", order)
    order.refresh_from_db()
    assert order.status == "paid"
    for name in ("ship_many", "cancel_many"):
        assert desk.get(reverse(f"admin:orders_order_{name}"), {"ids": order.pk}).status_code == 403


def test_who_may_not_refund_cancels_no_paid_orders(client_of):
    desk = client_of(clerk("view_order", "change_order"))
    paid, unpaid = OrderFactory(), OrderFactory(status="pending")
    address = reverse("admin:orders_order_cancel_many")
    assert desk.get(address, {"ids": f"{paid.pk},{unpaid.pk}"}).status_code == 403
    assert desk.get(address, {"ids": unpaid.pk}).status_code == 200
    assert "refund" not in dict(desk.get(LIST).context["action_form"].fields["action"].choices)


def test_customers_and_guests_are_sent_to_sign_in(anonymous, shopper, client_of):
    for browser in (anonymous, client_of(shopper)):
        assert browser.get(LIST).headers["Location"].startswith("/admin/login/")
