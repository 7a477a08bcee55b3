"""What other programs are told of orders."""

from __future__ import annotations

from typing import Any

from orders.models import Order, OrderAddress, OrderLine
from shop.common.money import money_text
from shop.webhooks.services.emit import emit

AMOUNTS = ("subtotal", "discount", "shipping", "tax", "captured", "refunded")
ADDRESS = ("full_name", "company", "line1", "line2", "city", "region", "postcode", "country", "phone")


def emit_order(order: Order, kind: str, **more: Any) -> None:
    """A step: "order.paid" and the like, with the order as it is now; `more` is of this event alone."""
    emit(kind, lambda: {**_order_data(order), **more})


def _order_data(order: Order) -> dict[str, Any]:
    delivery = OrderAddress.objects.filter(order=order, kind="shipping").first()
    return {
        "id": order.public_id,
        "number": order.number,
        "status": order.status,
        "payment_status": order.payment_status,
        "fulfilment_status": order.fulfilment_status,
        "email": order.email,
        "user_id": order.user_id,
        **{name: money_text(getattr(order, name), order.currency) for name in AMOUNTS},
        "total_amount": money_text(order.total, order.currency),
        "currency": order.currency,
        "payment_method": order.payment_method,
        "shipping_method": order.shipping_method,
        "items": [_line_data(order, line) for line in OrderLine.objects.filter(order=order)],
        "delivery_address": {name: getattr(delivery, name) for name in ADDRESS} if delivery else None,
        "created_at": order.placed_at.isoformat(),
    }


def _line_data(order: Order, line: OrderLine) -> dict[str, Any]:
    return {
        "id": line.public_id,
        "product_id": line.product_id,
        "variant_id": line.variant_id,
        "sku": line.sku,
        "name": line.name,
        "options": line.options,
        "quantity": line.quantity,
        "price_at_purchase": money_text(line.unit_price, order.currency),
        "line_total": money_text(line.line_total, order.currency),
    }
