"""Orders for tests, made through the shop's own doors, so that stock, ledger, holds and timeline agree.

OrderFactory()                                          one product, two units, paid with the test card
OrderFactory(items=[(variant, 3)], status="shipped")    of these goods, on to that status
OrderFactory(user=shopper, status="pending")            not paid yet
OrderFactory(payment_method="on_delivery", status="processing")
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import factory

from accounts.models import User
from accounts.services.postal import PostalInput
from carts.selectors.carts import Shopper
from carts.services.items import add_item
from carts.tests.factories import default_prices
from catalog.models import Variant
from catalog.tests.factories import ProductFactory
from orders.models import Order, OrderStatus, RefundState
from orders.services.cancel_order import cancel_order
from orders.services.pay import PayOrder, mark_paid, pay_order
from orders.services.place_order import Checkout, Placed, place_order
from orders.services.refund_order import GiveBack, refund_order
from orders.services.refunds import process_refund
from orders.services.ship_order import Parcel, mark_delivered, mark_processing, ship_order

GOOD_CARD = "4242 4242 4242 4242"
DELIVERY = PostalInput(
    full_name="Ines Albrecht", line1="Hafenstraße 12", postcode="20359", city="Hamburg", country="DE"
)
Items = Sequence[tuple[Variant, int]]


def fill_cart(items: Items, user: User | None = None) -> Shopper:
    """A shopper (a guest without `user`) with these goods in the bag."""
    shopper = Shopper(user_id=user.pk if user else None)
    for variant, quantity in items:
        line = add_item(shopper=shopper, variant_id=variant.pk, quantity=quantity)
        shopper = Shopper(user_id=shopper.user_id, cart_id=line.cart.public_id)
    return shopper


def check_out(shopper: Shopper, *, email: str = "guest@example.org", **decisions: Any) -> Placed:
    """Place the order of what is in the bag; `decisions` are fields of Checkout."""
    return place_order(Checkout(shopper=shopper, email=email, **{"delivery": DELIVERY, **decisions}))


def settle_refunds(order: Order) -> None:
    """What the worker does with the order's open refunds."""
    for refund in order.refunds.filter(state=RefundState.PENDING):
        process_refund.call(refund_id=refund.pk)


class OrderFactory(factory.django.DjangoModelFactory[Order]):
    """An order of `items` (variant and quantity) brought to `status` by the services."""

    class Meta:
        model = Order

    user = None
    email = factory.Sequence(lambda n: f"guest{n}@example.org")
    items = factory.LazyFunction(lambda: [(ProductFactory(stock=10).variants.get(), 2)])
    payment_method = "test"
    status = OrderStatus.PAID

    @classmethod
    def _create(cls, model_class: type[Order], *args: Any, **kwargs: Any) -> Order:
        default_prices()
        user, items, status = kwargs.pop("user"), kwargs.pop("items"), OrderStatus(kwargs.pop("status"))
        email = user.email if user else kwargs["email"]
        order = check_out(fill_cart(items, user), **{**kwargs, "email": email}).order
        for step in WAYS[status](order):
            step(order)
        order.refresh_from_db()
        return order


def _pay(order: Order) -> None:
    pay_order(PayOrder(order_id=order.pk, token=GOOD_CARD))


def _pay_unless_later(order: Order) -> list[Callable[[Order], object]]:
    """On delivery and by transfer, nothing is paid before the parcel leaves."""
    return [_pay] if order.payment_method == "test" else []


def _ship(order: Order) -> None:
    ship_order(Parcel(order_id=order.pk, carrier="DHL", tracking_number="00340434161094042557"))


def _refund(order: Order) -> None:
    refund_order(GiveBack(order_id=order.pk, reason="damaged"))
    settle_refunds(order)


def _prepare(order: Order) -> None:
    order.refresh_from_db()
    if order.status != OrderStatus.PROCESSING:
        mark_processing(order_id=order.pk)


def _record(order: Order) -> None:
    """Staff saw the money, where the customer did not pay by card."""
    order.refresh_from_db()
    if order.captured < order.total:
        mark_paid(order_id=order.pk)


Way = Callable[[Order], list[Callable[[Order], object]]]
WAYS: dict[OrderStatus, Way] = {
    OrderStatus.PENDING: lambda order: [],
    OrderStatus.PAID: lambda order: _pay_unless_later(order) or [_record],
    OrderStatus.PROCESSING: lambda order: [*_pay_unless_later(order), _prepare],
    OrderStatus.SHIPPED: lambda order: [*_pay_unless_later(order), _prepare, _ship],
    OrderStatus.DELIVERED: lambda order: [
        *_pay_unless_later(order),
        _prepare,
        _ship,
        lambda order: mark_delivered(order_id=order.pk),
    ],
    OrderStatus.CANCELLED: lambda order: [lambda order: cancel_order(order_id=order.pk)],
    OrderStatus.REFUNDED: lambda order: [_pay, _refund],
}
