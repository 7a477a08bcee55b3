from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from carts.models import CartLine
from carts.tests.factories import counters, goods
from catalog.models import Product, ProductStatus
from catalog.tests.factories import ImageFactory, ProductFactory, VariantFactory
from orders.models import Order, OrderEvent, Shipment
from orders.services.add_note import add_note
from orders.services.ship_order import Parcel, ship_order
from orders.tests.factories import OrderFactory
from orders.tests.pages import fill_bag, place, text_of

pytestmark = pytest.mark.django_db

PAGES = ("", "confirmation/", "cancel/")


def at(order: Order, page: str = "") -> str:
    return f"/orders/{order.number}/{page}"


def test_an_order_shows_all_of_it(shopper, client_of):
    product = ProductFactory(name="Contours 7", variants=0)
    variant = VariantFactory(product=product, price="49.00", options={"Size": "30 × 40 cm", "Frame": "Oak"})
    picture = ImageFactory(product=product)
    order = OrderFactory(user=shopper, items=[(variant, 2), (goods(name="Weave 2", price="1.00"), 1)], note="Knock")
    line = order.lines.get(variant=variant)
    ship_order(
        Parcel(
            order_id=order.pk,
            quantities={line.public_id: 2},
            carrier="DHL",
            tracking_number="0034",
            tracking_url="https://track.example/0034",
        )
    )
    add_note(order_id=order.pk, text="We packed it twice", is_public=True)
    add_note(order_id=order.pk, text="A difficult customer", is_public=False)

    answer = client_of(shopper).get(at(order))
    words, page = text_of(answer), answer.content.decode()
    for part in (
        f"Order {order.number}",
        "Being prepared.",
        "Contours 7 30 × 40 cm, Oak 2 at €49.00 €98.00",
        "Weave 2 1 at €1.00 €1.00",
        "3 items €99.00",
        "Delivery Free",
        "Total €99.00",
        "Delivered to Ines Albrecht Hafenstraße 12 20359 Hamburg Germany",
        "Your note Knock",
        "Order placed",
        "€99.00 paid",
        "We packed it twice",
        "Follow 0034",
        "2 × Contours 7",
        "€99.00, paid",
    ):
        assert part in words, part
    assert "A difficult customer" not in words
    assert 'href="https://track.example/0034"' in page
    assert f"thumbs/480/{picture.file.name}" in page
    assert f'href="{product.get_absolute_url()}"' in page
    assert "no-store" in answer["Cache-Control"]
    assert '<meta name="robots" content="noindex">' in page


def test_what_was_sold_is_shown_as_it_was_sold(shopper, client_of):
    variant = goods(name="Contours 7", price="20.00")
    order = OrderFactory(user=shopper, items=[(variant, 1)])
    Product.objects.update(name="Renamed", status=ProductStatus.ARCHIVED)
    answer = client_of(shopper).get(at(order))
    assert "Contours 7" in text_of(answer)
    assert variant.product.get_absolute_url() not in answer.content.decode(), "no link to what is gone"
    order.lines.update(product=None, variant=None)
    assert "Contours 7" in text_of(client_of(shopper).get(at(order)))


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("pending", ["Waiting for payment.", "Waiting for your payment", "€44.90 are still to be paid", "Pay €44.90"]),
        ("paid", ["Paid.", "We prepare your order", "With you"]),
        ("processing", ["Being prepared.", "We are preparing your order", "With you"]),
        ("shipped", ["On its way.", "Your order is on its way", "With you"]),
        ("delivered", ["Delivered."]),
        ("cancelled", ["Cancelled.", "Order cancelled"]),
        ("refunded", ["Refunded.", "€44.90 refunded", "€44.90 went back to you"]),
    ],
)
def test_where_it_stands(shopper, client_of, status, words):
    order = OrderFactory(user=shopper, status=status)
    shown = text_of(client_of(shopper).get(at(order)))
    for part in words:
        assert part in shown
    assert ("Cancel this order" in shown) == (status in {"pending", "paid", "processing"})
    assert ("still to be paid" in shown) == (status == "pending")


def test_the_confirmation_says_what_comes_next_and_when(shopper, client_of):
    order = OrderFactory(user=shopper)
    words = text_of(client_of(shopper).get(at(order, "confirmation/")))
    assert "Thank you, Ines Albrecht" in words
    assert "A confirmation is on its way to shopper@example.org." in words
    assert f"{order.promised_to:%A} {order.promised_to.day} {order.promised_to:%B}" in words


def test_the_confirmation_of_a_transfer_says_where_to(shopper, client_of, settings):
    settings.SHOP_BANK_DETAILS = "Print Room\nIBAN DE02 1203"
    order = OrderFactory(user=shopper, status="pending", payment_method="transfer")
    words = text_of(client_of(shopper).get(at(order, "confirmation/")))
    assert f"Amount €44.90 Account Print Room IBAN DE02 1203 Reference {order.number} At the latest" in words
    assert "Pay another way" in words


def test_the_confirmation_of_an_order_that_is_not_paid(shopper, client_of):
    order = OrderFactory(user=shopper, status="pending")
    words = text_of(client_of(shopper).get(at(order, "confirmation/")))
    assert "waits for your payment" in words
    assert "Thank you" not in words


def test_texts_of_people_are_only_text(shopper, client_of):
    order = OrderFactory(user=shopper, note="<script>alert(1)</script>")
    OrderEvent.objects.create(order=order, kind="note", message="<b>bold</b>", is_public=True)
    Shipment.objects.create(order=order, tracking_number='"><img src=x>')
    page = client_of(shopper).get(at(order)).content.decode()
    assert "<script>alert" not in page
    assert "<b>bold" not in page
    assert "<img src=x" not in page


def test_cancelling_asks_first(shopper, client_of):
    variant = goods(stock=3)
    order, client = OrderFactory(user=shopper, items=[(variant, 2)]), client_of(shopper)
    words = text_of(client.get(at(order, "cancel/")))
    assert "Cancel this order?" in words
    assert "€44.90 go back the way they came." in words
    order.refresh_from_db()
    assert order.status == "paid", "looking changes nothing"

    answer = client.post(at(order, "cancel/"), follow=True)
    assert answer.redirect_chain == [(at(order), 302)]
    assert "The order is cancelled." in text_of(answer)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason) == ("cancelled", "customer")
    assert order.events.get(kind="cancelled").actor == shopper
    assert counters(variant) == (3, 0, 0)


@pytest.mark.parametrize("status", ["shipped", "delivered", "cancelled", "refunded"])
def test_too_late_to_cancel(shopper, client_of, status):
    order, client = OrderFactory(user=shopper, status=status), client_of(shopper)
    assert client.get(at(order, "cancel/"))["Location"] == at(order)
    answer = client.post(at(order, "cancel/"), follow=True)
    assert "This order can no longer be cancelled." in text_of(answer)
    order.refresh_from_db()
    assert order.status == status


def test_a_guest_cancels():
    client = Client()
    order = place(fill_bag(client, (goods(), 1)))
    client.post(at(order, "cancel/"))
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert order.events.get(kind="cancelled").actor is None


def test_ordering_again(shopper, client_of):
    fine, scarce = goods(), goods(stock=1, name="Weave 2")
    order, client = OrderFactory(user=shopper, items=[(fine, 2), (scarce, 1)]), client_of(shopper)
    answer = client.post(at(order, "reorder/"), follow=True)
    assert answer.redirect_chain == [("/cart/", 302)]
    words = text_of(answer)
    assert "Weave 2: Weave 2 is sold out." in words
    assert "1 thing is in your bag again." in words
    assert [(line.variant, line.quantity) for line in CartLine.objects.filter(cart__open_for=shopper)] == [(fine, 2)]


def test_a_guest_orders_again():
    client, variant = Client(), goods()
    order = place(fill_bag(client, (variant, 1)))
    client.post(at(order, "reorder/"))
    assert "1 item" in text_of(client.get("/order-summary/"))


def test_nothing_can_be_ordered_again(shopper, client_of):
    order, client = OrderFactory(user=shopper, items=[(goods(stock=1), 1)]), client_of(shopper)
    assert client.post(at(order, "reorder/"))["Location"] == at(order)
    assert client.get(at(order, "reorder/")).status_code == 405


def test_the_list_is_ones_own_newest_first(shopper, other_shopper, client_of):
    first, second = OrderFactory(user=shopper), OrderFactory(user=shopper, status="pending")
    theirs = OrderFactory(user=other_shopper)
    answer = client_of(shopper).get("/orders/")
    assert list(answer.context["page"].object_list) == [second, first]
    words = text_of(answer)
    assert theirs.number not in words
    assert "Waiting for payment €44.90" in words
    assert "no-store" in answer["Cache-Control"]


def test_the_list_by_status(shopper, client_of):
    paid, _pending = OrderFactory(user=shopper), OrderFactory(user=shopper, status="pending")
    client = client_of(shopper)
    assert list(client.get("/orders/?status=paid").context["page"].object_list) == [paid]
    assert "No order like that" in text_of(client.get("/orders/?status=delivered"))
    assert client.get("/orders/?status=nonsense").context["page"].paginator.count == 2


def test_the_list_in_pages(shopper, client_of):
    for order in OrderFactory.create_batch(11, user=shopper, items=[(goods(stock=20), 1)]):
        assert order.status == "paid"
    client = client_of(shopper)
    first, second = client.get("/orders/"), client.get("/orders/?page=2&status=paid")
    assert len(first.context["page"].object_list) == 10
    assert len(second.context["page"].object_list) == 1
    assert "?status=paid" in second.content.decode()
    for odd in ("0", "-1", "99", "abc", "1" * 5000):
        assert client.get(f"/orders/?page={odd}").status_code == 200


def test_lists_without_orders(shopper, client_of, anonymous):
    assert "You have not ordered anything yet" in text_of(client_of(shopper).get("/orders/"))
    words = anonymous.get("/orders/")
    assert "Sign in to see your orders" in text_of(words)
    assert 'href="/login/?next=/orders/"' in words.content.decode()
    assert 'href="/orders/find/"' in words.content.decode()


def test_a_guest_sees_what_this_browser_ordered():
    client = Client()
    order = place(fill_bag(client, (goods(), 1)))
    OrderFactory()
    assert list(client.get("/orders/").context["page"].object_list) == [order]


@pytest.mark.parametrize("page", PAGES)
def test_who_may_see_a_customers_order(page, shopper, other_shopper, staff, anonymous, client_of):
    order = OrderFactory(user=shopper)
    assert client_of(shopper).get(at(order, page)).status_code == 200
    for client in (client_of(other_shopper), client_of(staff), anonymous):
        assert client.get(at(order, page)).status_code == 404
        assert client.post(at(order, "cancel/")).status_code == 404
        assert client.post(at(order, "reorder/")).status_code == 404
    order.refresh_from_db()
    assert order.status == "paid"


@pytest.mark.parametrize("page", PAGES)
def test_who_may_see_a_guests_order(page, shopper, staff, anonymous, client_of):
    client = Client()
    order = place(fill_bag(client, (goods(), 1)))
    assert client.get(at(order, page)).status_code == 200
    for stranger in (client_of(shopper), client_of(staff), anonymous):
        assert stranger.get(at(order, page)).status_code == 404


def test_a_customers_order_is_not_opened_by_a_session_that_names_it(shopper, anonymous):
    order = OrderFactory(user=shopper)
    session = anonymous.session
    session["orders"] = [order.public_id]
    session.save()
    assert anonymous.get(at(order)).status_code == 404


@pytest.mark.parametrize("number", ["7KQ2-M9XD-04TB", "x" * 200, "1"])
def test_numbers_of_no_order(client, number):
    assert client.get(f"/orders/{number}/").status_code == 404


def test_numbers_are_compared_letter_by_letter(shopper, client_of):
    order = OrderFactory(user=shopper)
    assert client_of(shopper).get(f"/orders/{order.number.lower()}/").status_code == 404


def queries(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def big_order(user: object, lines: int) -> Order:
    order = OrderFactory(user=user, items=[(goods(), 2) for _ in range(lines)])
    for line in order.lines.all():
        ImageFactory(product=line.product)
    first = order.lines.first()
    ship_order(Parcel(order_id=order.pk, quantities={first.public_id: 1}))
    ship_order(Parcel(order_id=order.pk, quantities={line.public_id: 1 for line in order.lines.all()[1:]}))
    return order


def test_queries_of_an_order_do_not_grow_with_its_lines(shopper, client_of):
    client = client_of(shopper)
    few, many = big_order(shopper, 5), big_order(shopper, 30)
    for order in (few, many):
        OrderEvent.objects.bulk_create(
            [OrderEvent(order=order, kind="note", message="x", is_public=True) for _ in range(order.lines.count())]
        )
    for page in ("", "confirmation/"):
        assert queries(client, at(few, page)) == queries(client, at(many, page)) == 18


def test_queries_of_the_list_do_not_grow_with_its_orders(shopper, other_shopper, client_of):
    OrderFactory(user=shopper, items=[(goods(), 1)])
    for count in range(1, 11):
        OrderFactory(user=other_shopper, items=[(goods(), 1) for _ in range(count)])
    few, many = client_of(shopper), client_of(other_shopper)
    assert queries(few, "/orders/") == queries(many, "/orders/") == 9


def test_orders_are_dated_by_the_shops_clock(shopper, client_of):
    order = OrderFactory(user=shopper)
    late = timezone.datetime(2026, 11, 20, 23, 30, tzinfo=timezone.get_default_timezone())
    Order.objects.filter(pk=order.pk).update(placed_at=late)
    assert "Placed on Friday 20 November 2026." in text_of(client_of(shopper).get(at(order)))
