"""The rows of one past order: what was sold, where it went, how it was paid, what became of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import Address, User
from carts.models import Cart, CartLine
from carts.selectors.quotes import PricedCart, price_lines
from catalog.models import Variant
from catalog.selectors.variants import options_of
from orders.demo.moments import Moments
from orders.demo.past_orders import Fate, PastOrder
from orders.models import FulfilmentStatus, Order, OrderAddress, OrderLine, OrderStatus
from orders.services.past_rows import PastRows
from orders.services.seed_order_money import write_money
from orders.services.seed_order_parcels import write_parcel
from shop.common.money import ZERO

POSTAL = ("full_name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")
STATUS = {
    Fate.PENDING: OrderStatus.PENDING,
    Fate.PAID: OrderStatus.PAID,
    Fate.PROCESSING: OrderStatus.PROCESSING,
    Fate.PART_SHIPPED: OrderStatus.PROCESSING,
    Fate.SHIPPED: OrderStatus.SHIPPED,
    Fate.DELIVERED: OrderStatus.DELIVERED,
    Fate.CANCELLED: OrderStatus.CANCELLED,
    Fate.EXPIRED: OrderStatus.CANCELLED,
    Fate.RETURNED: OrderStatus.REFUNDED,
    Fate.PARTLY_REFUNDED: OrderStatus.DELIVERED,
}
FULFILMENT = {
    Fate.PART_SHIPPED: FulfilmentStatus.PARTIAL,
    Fate.SHIPPED: FulfilmentStatus.FULFILLED,
    Fate.DELIVERED: FulfilmentStatus.FULFILLED,
    Fate.PARTLY_REFUNDED: FulfilmentStatus.FULFILLED,
    Fate.RETURNED: FulfilmentStatus.RETURNED,
}


def write_past_order(past: PastOrder, moments: Moments, customer: User, variants: Mapping[str, Variant]) -> PastRows:
    """A step: one past order, whole. Stock is booked by the caller."""
    home = customer.addresses.order_by("pk")[0]
    cart = Cart(country=home.country, postcode=home.postcode, shipping_method=past.shipping)
    wanted = [CartLine(variant=variants[line.sku], quantity=line.quantity, price_seen=ZERO) for line in past.lines]
    priced = price_lines(cart, wanted)
    order = Order.objects.create(**_columns(past, moments, customer, priced))
    rows = PastRows(order, _write_lines(order, wanted, priced, past.fate), moments)
    _write_addresses(order, home)
    rows.tell(moments.placed, "placed", _("Order placed"), actor_id=order.user_id)
    write_money(rows, past)
    rows.tell(moments.processing, "processing", _preparing(past))
    write_parcel(rows)
    rows.tell(
        moments.ended,
        "cancelled",
        _("Not paid in time, cancelled") if past.fate == Fate.EXPIRED else _("Order cancelled"),
    )
    return rows


def _columns(past: PastOrder, moments: Moments, customer: User, priced: PricedCart) -> dict[str, Any]:
    quote, method = priced.quote, priced.shipping_method
    placed = moments.placed.date()
    return {
        "user": None if past.is_guest else customer,
        "email": customer.email,
        "status": STATUS[past.fate],
        "fulfilment_status": FULFILMENT.get(past.fate, FulfilmentStatus.UNFULFILLED),
        "currency": quote.currency,
        "subtotal": quote.subtotal,
        "discount": quote.discount,
        "shipping": quote.shipping,
        "tax": quote.tax,
        "total": quote.total,
        "prices_include_tax": quote.prices_include_tax,
        "steps": [{"kind": step.kind, "label": step.label, "amount": str(step.amount)} for step in quote.steps],
        "payment_method": past.payment,
        "shipping_method": method.code if method else "",
        "shipping_name": method.name if method else "",
        "promised_from": placed + timedelta(days=2),
        "promised_to": placed + timedelta(days=5),
        "note": past.note,
        "cancel_reason": {Fate.CANCELLED: "customer", Fate.EXPIRED: "expired"}.get(past.fate, ""),
        "is_demo": True,
        "pay_by": moments.pay_by,
        "placed_at": moments.placed,
        "paid_at": moments.paid,
        "shipped_at": moments.shipped if past.fate != Fate.PART_SHIPPED else None,
        "delivered_at": moments.delivered,
        "cancelled_at": moments.ended,
        "updated_at": max(moment for moment in vars(moments).values() if moment and moment != moments.pay_by),
    }


def _write_lines(order: Order, wanted: list[CartLine], priced: PricedCart, fate: Fate) -> list[OrderLine]:
    lines = []
    for position, asked in enumerate(wanted):
        sold, variant = priced.quote.line(asked.public_id), asked.variant
        line = OrderLine(
            order=order,
            product=variant.product,
            variant=variant,
            sku=variant.sku,
            name=variant.product.name,
            options=options_of(variant),
            quantity=sold.quantity,
            unit_price=sold.unit_price,
            discount=sold.discount,
            line_total=sold.total,
            tax_rate=sold.tax_percent,
            tax=sold.tax,
            weight_grams=variant.weight_grams,
            shipped_quantity=_shipped(sold.quantity, position, fate),
            returned_quantity=sold.quantity if fate == Fate.RETURNED else 0,
            position=position,
        )
        line.save()
        lines.append(line)
    return lines


def _shipped(quantity: int, position: int, fate: Fate) -> int:
    """Of an order sent in part, the first line has left."""
    if fate == Fate.PART_SHIPPED:
        return quantity if position == 0 else 0
    return quantity if fate in FULFILMENT else 0


def _write_addresses(order: Order, home: Address) -> None:
    columns = {name: getattr(home, name) for name in POSTAL}
    OrderAddress.objects.bulk_create(
        [OrderAddress(order=order, kind=kind, **columns) for kind in ("shipping", "billing")]
    )


def _preparing(past: PastOrder) -> str:
    return _("To be paid on delivery") if past.payment == "on_delivery" else _("We are preparing your order")
