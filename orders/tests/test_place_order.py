from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone

from accounts.services.postal import PostalInput
from carts.models import Cart, CartStatus
from carts.selectors.carts import Shopper, cart_view
from carts.tests.factories import add, counters, goods, guest, let_holds_end
from catalog.models import NEVER, ProductStatus, Stock, StockHold, StockMovement
from catalog.tests.factories import ProductFactory, VariantFactory
from orders.models import Order, OrderLine
from orders.services.checkout import CartChanged, CartEmpty, NotForSale, TotalChanged
from orders.services.pay import PayOrder, pay_order
from orders.tests.factories import DELIVERY, GOOD_CARD, check_out, fill_cart
from orders.tests.stock import assert_stock_agrees
from shop.common.errors import InsufficientStock, InvalidInput
from shop.common.ids import token_hash

pytestmark = pytest.mark.django_db


def test_an_order_is_what_the_cart_was():
    print_, mug = goods(price="28.00"), goods(price="1.95")
    placed = check_out(fill_cart([(print_, 1), (mug, 3)]), expected_total=Decimal("38.75"))

    order = Order.objects.get()
    assert placed.order == order
    assert placed.is_new
    assert (order.status, order.payment_status, order.fulfilment_status) == ("pending", "unpaid", "unfulfilled")
    assert (order.subtotal, order.discount, order.shipping) == (Decimal("33.85"), 0, Decimal("4.90"))
    assert order.total == Decimal("38.75")
    # 19 % within 28.00, 5.85 and 4.90, each rounded once.
    assert order.tax == Decimal("4.47") + Decimal("0.93") + Decimal("0.78")
    assert order.steps == [
        {"kind": "goods", "label": "", "amount": "33.85"},
        {"kind": "shipping", "label": "Standard", "amount": "4.90"},
    ]
    assert (order.shipping_method, order.shipping_name, order.currency) == ("standard", "Standard", "EUR")
    assert timezone.localdate() < order.promised_from <= order.promised_to
    assert len(order.number) == 14


def test_lines_keep_what_was_sold():
    product = ProductFactory(name="Contours 7", variants=0)
    variant = VariantFactory(product=product, sku="C7-A3", price="49.00", options={"Size": "A3", "Frame": "Oak"})
    check_out(fill_cart([(variant, 2)]))

    product.name, product.status = "Something else", ProductStatus.ARCHIVED
    product.save()
    variant.price = Decimal("99.00")
    variant.save()

    line = OrderLine.objects.get()
    assert (line.name, line.sku, line.options) == ("Contours 7", "C7-A3", {"Size": "A3", "Frame": "Oak"})
    assert (line.quantity, line.unit_price, line.line_total) == (2, Decimal("49.00"), Decimal("98.00"))
    assert (line.tax_rate, line.tax, line.weight_grams) == (Decimal(19), Decimal("15.65"), 300)


def test_holds_become_commitments():
    variant = goods(stock=5)
    shopper = fill_cart([(variant, 2)])
    assert counters(variant) == (5, 2, 0)
    order = check_out(shopper).order
    assert counters(variant) == (5, 0, 2)
    assert not StockHold.objects.exists()
    movement = StockMovement.objects.get(kind="commit")
    assert (movement.held_change, movement.committed_change, movement.reference) == (-2, 2, order.number)
    assert_stock_agrees()


def test_a_hold_that_ended_does_not_keep_its_owner_away():
    variant = goods(stock=2)
    shopper = fill_cart([(variant, 2)])
    let_holds_end(shopper)
    check_out(shopper)
    assert counters(variant) == (2, 0, 2)
    assert_stock_agrees()


def test_the_cart_is_closed_and_stays_with_the_order():
    shopper = fill_cart([(goods(), 1)])
    order = check_out(shopper).order
    cart = Cart.objects.get()
    assert (cart.status, cart.order, cart.lines.count()) == (CartStatus.ORDERED, order, 1)
    assert cart_view(shopper).is_empty


def test_addresses_are_written_down():
    billing = PostalInput(full_name="Werk GmbH", line1="Kai 3", postcode="1010", city="Wien", country="AT")
    order = check_out(fill_cart([(goods(), 1)]), billing=billing).order
    delivery, invoice = order.addresses.get(kind="shipping"), order.addresses.get(kind="billing")
    assert (delivery.full_name, delivery.postcode, delivery.country) == ("Ines Albrecht", "20359", "DE")
    assert (invoice.full_name, invoice.city, invoice.country) == ("Werk GmbH", "Wien", "AT")


def test_the_invoice_goes_where_the_parcel_goes_unless_said_otherwise():
    order = check_out(fill_cart([(goods(), 1)])).order
    assert order.addresses.get(kind="billing").line1 == "Hafenstraße 12"


def test_a_guest_gets_a_key_of_which_the_hash_is_kept():
    placed = check_out(fill_cart([(goods(), 1)]), email=" Guest@Example.ORG ")
    key = placed.order.tokens.get()
    assert placed.order.user is None
    assert placed.order.email == "guest@example.org"
    assert len(placed.token) >= 43
    assert key.token_hash == token_hash(placed.token)
    assert timedelta(days=89) < key.expires_at - timezone.now() <= timedelta(days=90)


def test_a_customer_needs_no_key(shopper):
    placed = check_out(fill_cart([(goods(), 1)], shopper), email=shopper.email)
    assert (placed.order.user, placed.token) == (shopper, "")
    assert not placed.order.tokens.exists()
    assert placed.order.events.get(kind="placed").actor == shopper


def test_a_card_order_waits_half_an_hour_and_is_confirmed_once_paid(queued):
    order = check_out(fill_cart([(goods(), 1)]), payment_method="test").order
    assert timedelta(minutes=29) < order.pay_by - timezone.now() <= timedelta(minutes=30)
    assert queued("send_to_customer") == queued("send_to_staff") == []

    pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))
    assert [call["kwargs"] for call in queued("send_to_customer")] == [
        {"order_id": order.pk, "kind": "order_confirmation"}
    ]
    assert [call["kwargs"] for call in queued("send_to_staff")] == [{"order_id": order.pk, "kind": "order_new"}]


def test_a_transfer_waits_a_week_and_is_confirmed_at_once(queued):
    order = check_out(fill_cart([(goods(), 1)]), payment_method="transfer").order
    assert order.status == "pending"
    assert timedelta(days=6) < order.pay_by - timezone.now() <= timedelta(days=7)
    assert [call["kwargs"]["kind"] for call in queued("send_to_customer")] == ["order_confirmation"]


def test_on_delivery_waits_for_no_money(queued):
    order = check_out(fill_cart([(goods(), 1)]), payment_method="on_delivery").order
    assert (order.status, order.payment_status, order.pay_by) == ("processing", "unpaid", None)
    assert [event.message for event in order.events.filter(is_public=True)] == [
        "Order placed",
        "To be paid on delivery",
    ]
    assert [call["kwargs"]["kind"] for call in queued("send_to_customer")] == ["order_confirmation"]


def test_an_order_that_costs_nothing_is_paid(queued):
    variant = goods(price="0.00")
    variant.requires_shipping = False
    variant.save()
    order = check_out(fill_cart([(variant, 1)]), expected_total=Decimal(0)).order
    assert (order.total, order.status, order.payment_status, order.pay_by) == (0, "paid", "paid", None)
    assert order.paid_at is not None
    assert [call["kwargs"]["kind"] for call in queued("send_to_customer")] == ["order_confirmation"]


def test_elsewhere_costs_more_and_is_not_taxed_here():
    swiss = PostalInput(full_name="A", line1="Gasse 1", postcode="8001", city="Zürich", country="CH")
    order = check_out(fill_cart([(goods(price="20.00"), 1)]), delivery=swiss).order
    assert (order.shipping, order.total, order.tax) == (Decimal("9.90"), Decimal("29.90"), 0)


def test_the_chosen_way_of_delivery():
    order = check_out(fill_cart([(goods(price="20.00"), 1)]), shipping_method="express").order
    assert (order.shipping_method, order.shipping, order.total) == ("express", Decimal("9.90"), Decimal("29.90"))


def refused(error: type[Exception], shopper: Shopper, **decisions: object) -> Exception:
    """Nothing is written by an order that is refused."""
    before = written()
    with pytest.raises(error) as caught:
        check_out(shopper, **decisions)
    assert written() == before
    return caught.value


def written() -> list[object]:
    return [
        Order.objects.count(),
        OrderLine.objects.count(),
        Cart.objects.filter(status=CartStatus.ORDERED).count(),
        list(Stock.objects.order_by("pk").values_list("on_hand", "held", "committed")),
        StockMovement.objects.count(),
    ]


@pytest.mark.parametrize("seen", ["24.89", "24.91", "0", "-1"])
def test_another_total_than_the_shopper_saw(seen):
    error = refused(TotalChanged, fill_cart([(goods(price="20.00"), 1)]), expected_total=Decimal(seen))
    assert error.total == Decimal("24.90")
    assert str(error) == "The total is now €24.90. Please look at it once more before you confirm."
    assert error.extra() == {"total": "24.90"}


def test_a_price_that_rose_meanwhile():
    variant = goods(price="20.00")
    shopper = fill_cart([(variant, 1)])
    variant.price = Decimal("21.00")
    variant.save()
    assert refused(TotalChanged, shopper, expected_total=Decimal("24.90")).total == Decimal("25.90")


def test_units_that_others_ordered_meanwhile():
    scarce, plenty = goods(stock=3, name="Contours 7"), goods()
    shopper = fill_cart([(scarce, 3), (plenty, 1)])
    let_holds_end(shopper)
    check_out(fill_cart([(scarce, 2)]), email="quicker@example.org")

    error = refused(InsufficientStock, shopper)
    assert [(s.variant_id, s.requested, s.available) for s in error.lines] == [(scarce.pk, 3, 1)]
    assert str(error) == "Only 1 of Contours 7 left."
    assert Stock.objects.get(pk=scarce.pk).refused_at > NEVER


def test_several_things_short_are_all_named():
    first, second = goods(stock=1), goods(stock=1)
    shopper = fill_cart([(first, 1), (second, 1)])
    let_holds_end(shopper)
    check_out(fill_cart([(first, 1), (second, 1)]), email="quicker@example.org")
    assert len(refused(InsufficientStock, shopper).lines) == 2


def test_what_is_no_longer_for_sale_is_named():
    gone, there = goods(name="Weave 2"), goods(name="Contours 7")
    shopper = fill_cart([(gone, 1), (there, 1)])
    gone.product.status = ProductStatus.ARCHIVED
    gone.product.save()
    assert str(refused(NotForSale, shopper)) == "No longer for sale: Weave 2. Please take it out of your bag."


@pytest.mark.parametrize(
    ("decisions", "field"),
    [
        ({"email": "ines.example.org"}, "email"),
        ({"email": ""}, "email"),
        ({"email": "a@" + "b" * 300 + ".org"}, "email"),
        ({"note": "x" * 2001}, "note"),
        ({"note": "bell \x07"}, "note"),
        ({"delivery": replace(DELIVERY, full_name="")}, "delivery_address.full_name"),
        ({"delivery": replace(DELIVERY, line1="x" * 10_000)}, "delivery_address.line1"),
        ({"delivery": replace(DELIVERY, line1="Hafen\x00straße")}, "delivery_address.line1"),
        ({"delivery": replace(DELIVERY, line1="Hafen\ud800straße")}, "delivery_address.line1"),
        ({"delivery": replace(DELIVERY, postcode="2035")}, "delivery_address.postcode"),
        ({"delivery": replace(DELIVERY, country="XX")}, "delivery_address.country"),
        ({"billing": replace(DELIVERY, city="")}, "billing_address.city"),
        ({"shipping_method": "teleport"}, "shipping_method"),
        ({"shipping_method": "international"}, "shipping_method"),
        ({"payment_method": "shells"}, "payment_method"),
    ],
)
def test_decisions_that_will_not_do(decisions, field):
    error = refused(InvalidInput, fill_cart([(goods(), 1)]), **decisions)
    assert list(error.fields) == [field]


def test_everything_wrong_is_said_at_once():
    error = refused(
        InvalidInput,
        fill_cart([(goods(), 1)]),
        email="nobody",
        note="x" * 2001,
        delivery=replace(DELIVERY, city="", postcode=""),
        billing=replace(DELIVERY, full_name=""),
    )
    assert set(error.fields) == {
        "email",
        "note",
        "delivery_address.city",
        "delivery_address.postcode",
        "billing_address.full_name",
    }


def test_a_country_the_shop_does_not_send_to():
    from carts.models import ZoneArea

    ZoneArea.objects.exclude(country="DE").delete()
    error = refused(InvalidInput, fill_cart([(goods(), 1)]), delivery=replace(DELIVERY, country="FR", postcode="75001"))
    assert error.fields == {"delivery_address.country": ["We do not send there yet."]}


def test_a_transfer_is_not_offered_without_an_account_to_send_it_to(settings):
    settings.SHOP_BANK_DETAILS = ""
    error = refused(InvalidInput, fill_cart([(goods(), 1)]), payment_method="transfer")
    assert list(error.fields) == ["payment_method"]


def test_an_empty_cart():
    refused(CartEmpty, guest())
    refused(CartEmpty, Shopper())


def test_confirming_twice_is_one_order():
    shopper = fill_cart([(goods(), 1)])
    first = check_out(shopper, cart_id=shopper.cart_id)
    second = check_out(shopper, cart_id=shopper.cart_id)
    assert (second.order, second.is_new, second.token) == (first.order, False, "")
    assert Order.objects.count() == 1


def test_confirming_an_ordered_cart_again_leaves_the_next_one_alone(shopper):
    first_cart = fill_cart([(goods(), 1)], shopper)
    first = check_out(first_cart, email=shopper.email, cart_id=first_cart.cart_id)
    next_cart = fill_cart([(goods(), 1)], shopper)
    again = check_out(next_cart, email=shopper.email, cart_id=first_cart.cart_id)
    assert again.order == first.order
    assert Order.objects.count() == 1
    assert check_out(next_cart, email=shopper.email, cart_id=next_cart.cart_id).order != first.order
    assert Order.objects.count() == 2


def test_somebody_elses_cart_gives_nobody_their_order(shopper, other_shopper):
    theirs = fill_cart([(goods(), 1)], shopper)
    check_out(theirs, email=shopper.email, cart_id=theirs.cart_id)
    with pytest.raises(CartEmpty):
        check_out(Shopper(user_id=other_shopper.pk), email=shopper.email, cart_id=theirs.cart_id)
    with pytest.raises(CartEmpty):
        check_out(Shopper(), email=shopper.email, cart_id=theirs.cart_id)


def test_a_cart_that_was_merged_meanwhile():
    left, present = guest(), fill_cart([(goods(), 1)])
    refused(CartChanged, present, cart_id=left.cart_id)


def test_nothing_is_held_under_the_policy_none(settings):
    settings.SHOP_HOLD_POLICY = "none"
    variant = goods(stock=2)
    shopper = fill_cart([(variant, 2)])
    assert counters(variant) == (2, 0, 0)
    check_out(shopper)
    assert counters(variant) == (2, 0, 2)
    other = guest()
    with pytest.raises(InsufficientStock):
        add(other, variant)


def test_more_than_there_is_may_be_ordered_where_that_is_allowed():
    variant = VariantFactory(stock=0, allow_backorder=True)
    check_out(fill_cart([(variant, 4)]))
    assert counters(variant) == (0, 0, 4)
    assert_stock_agrees()


def test_place_order_is_a_unit_of_its_own():
    from django.db import transaction

    shopper = fill_cart([(goods(), 1)])
    with pytest.raises(RuntimeError), transaction.atomic():
        check_out(shopper)
