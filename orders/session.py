"""What a browser's session knows of guests' orders. For pages and the API alike."""

from __future__ import annotations

from django.http import HttpRequest

from orders.models import Order

OPENED = "orders"
MOST_OPENED = 50


def opened_orders(request: HttpRequest) -> tuple[str, ...]:
    """The public ids of the orders this browser was let in to, or placed itself."""
    return tuple(request.session.get(OPENED, ()))


def remember_order(request: HttpRequest, order: Order) -> None:
    """From now on this browser may see a guest's order."""
    others = [opened for opened in opened_orders(request) if opened != order.public_id]
    request.session[OPENED] = [*others, order.public_id][-MOST_OPENED:]
