"""Who looks at orders: a customer, and a browser that was let in by a mailed link or placed an order itself."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404, HttpRequest

from orders.models import Order
from orders.selectors.orders import Viewer, orders_of
from orders.session import OPENED, opened_orders, remember_order

__all__ = ["OPENED", "own_order", "own_orders", "remember_order", "viewer_of"]


def viewer_of(request: HttpRequest) -> Viewer:
    user_id = request.user.pk if request.user.is_authenticated else None
    return Viewer(user_id=user_id, opened=opened_orders(request))


def own_orders(request: HttpRequest) -> QuerySet[Order]:
    return orders_of(viewer_of(request))


def own_order(request: HttpRequest, number: str, *, among: QuerySet[Order] | None = None) -> Order:
    """The order with this number, if it is the visitor's; what is not one's own does not exist."""
    orders = own_orders(request) if among is None else among
    order = orders.filter(number=number).first()
    if order is None:
        raise Http404
    return order
