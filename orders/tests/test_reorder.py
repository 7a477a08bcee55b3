from __future__ import annotations

from dataclasses import replace

import pytest

from carts.models import CartLine
from carts.selectors.carts import Shopper, cart_view
from carts.tests.factories import counters, goods
from catalog.models import ProductStatus
from orders.services.reorder import reorder
from orders.tests.factories import OrderFactory

pytestmark = pytest.mark.django_db


def test_a_customers_lines_are_in_the_bag_again(shopper):
    first, second = goods(), goods()
    order = OrderFactory(user=shopper, items=[(first, 2), (second, 1)])
    done = reorder(order=order, shopper=Shopper(user_id=shopper.pk))
    assert (done.added, done.left_out) == (2, [])
    view = cart_view(Shopper(user_id=shopper.pk))
    assert [(line.line.variant_id, line.line.quantity) for line in view.lines] == [(first.pk, 2), (second.pk, 1)]
    assert counters(first) == (10, 2, 2)


def test_a_guests_lines_meet_in_one_cart():
    order = OrderFactory(items=[(goods(), 1), (goods(), 1), (goods(), 1)])
    CartLine.objects.all().delete()
    done = reorder(order=order, shopper=Shopper())
    assert done.cart is not None
    assert {line.cart_id for line in CartLine.objects.all()} == {done.cart.pk}
    assert CartLine.objects.count() == 3


def test_what_there_is_not_is_left_out_and_said():
    scarce, archived, deleted, fine = goods(stock=2, name="Weave 2"), goods(), goods(), goods()
    order = OrderFactory(items=[(scarce, 2), (archived, 1), (deleted, 1), (fine, 1)])
    archived.product.status = ProductStatus.ARCHIVED
    archived.product.save()
    order.lines.filter(variant=deleted).update(variant=None)

    done = reorder(order=order, shopper=Shopper())
    assert done.added == 1
    assert [(left.line.variant_id, str(left.reason)) for left in done.left_out] == [
        (scarce.pk, "Weave 2 is sold out."),
        (archived.pk, "This is no longer for sale."),
        (None, "This is no longer for sale."),
    ]


def test_lines_add_up_with_what_is_in_the_bag_already():
    variant = goods()
    order = OrderFactory(items=[(variant, 2)])
    once = reorder(order=order, shopper=Shopper())
    shopper = replace(Shopper(), cart_id=once.cart.public_id)
    assert reorder(order=order, shopper=shopper).cart == once.cart
    assert [line.line.quantity for line in cart_view(shopper).lines] == [4]


def test_nothing_at_all():
    variant = goods(stock=1)
    order = OrderFactory(items=[(variant, 1)])
    done = reorder(order=order, shopper=Shopper())
    assert (done.cart, done.added, len(done.left_out)) == (None, 0, 1)
