from __future__ import annotations

import itertools

import pytest

from orders.models import Order, OrderStatus
from orders.services.add_note import add_note
from orders.services.transitions import InvalidTransition, Note, can_move, move
from orders.tests.factories import OrderFactory
from shop.common.errors import InvalidInput, NotFound

# The table of the API's contract, written once more.
ALLOWED = {
    "pending": {"paid", "processing", "cancelled"},
    "paid": {"processing", "shipped", "cancelled", "refunded"},
    "processing": {"shipped", "cancelled", "refunded"},
    "shipped": {"delivered", "refunded"},
    "delivered": {"refunded"},
    "cancelled": set(),
    "refunded": set(),
}
STAMPED = {"paid": "paid_at", "shipped": "shipped_at", "delivered": "delivered_at", "cancelled": "cancelled_at"}
ALL = [status.value for status in OrderStatus]


@pytest.mark.parametrize(("now", "to"), list(itertools.product(ALL, ALL)))
def test_every_move(db, now, to):
    order = Order.objects.create(status=now, currency="EUR", subtotal=0, total=0, email="a@example.org")
    assert can_move(order, OrderStatus(to)) is (to in ALLOWED[now])
    if to in ALLOWED[now]:
        move(order, OrderStatus(to), Note(kind="moved", message="Moved", is_public=True))
        order.refresh_from_db()
        assert order.status == to
        assert order.events.get().message == "Moved"
        assert (to in STAMPED) is any(getattr(order, stamp) for stamp in STAMPED.values())
        assert to not in STAMPED or getattr(order, STAMPED[to]) is not None
    else:
        with pytest.raises(InvalidTransition):
            move(order, OrderStatus(to), Note(kind="moved", message="Moved"))
        order.refresh_from_db()
        assert order.status == now
        assert order.events.count() == 0


def test_notes(db, staff):
    order = OrderFactory()
    add_note(order_id=order.pk, text="  Gift wrap it  ", actor_id=staff.pk)
    add_note(order_id=order.pk, text="Leaves on Monday", is_public=True)
    private, public = order.events.filter(kind="note")
    assert (private.message, private.is_public, private.actor) == ("Gift wrap it", False, staff)
    assert (public.message, public.is_public, public.actor) == ("Leaves on Monday", True, None)


@pytest.mark.parametrize("text", ["", "   ", "x" * 501])
def test_notes_that_will_not_do(db, text):
    order = OrderFactory()
    with pytest.raises(InvalidInput) as refusal:
        add_note(order_id=order.pk, text=text)
    assert list(refusal.value.fields) == ["note"]
    assert not order.events.filter(kind="note").exists()


def test_a_note_on_nothing(db):
    with pytest.raises(NotFound):
        add_note(order_id=1, text="Hello")
