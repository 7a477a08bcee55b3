"""Whose orders a call is about: the customer's, the guest's of an X-Order-Token, or those this browser opened."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request

from accounts.models import User
from carts.api.shopper import IsShopper
from carts.api.views.base import ShopperEndpoint
from orders.models import Order
from orders.selectors.orders import Viewer, of_address, order_details, order_of_token, orders_of
from orders.session import opened_orders
from shop.api.schema import header
from shop.common.errors import NotFound

ORDER_TOKEN = "X-Order-Token"  # noqa: S105 - a header's name
TAKES_ORDER_TOKEN = header(ORDER_TOKEN, "A guest's key to the order, from the answer that made it.")


class OwnerEndpoint(ShopperEndpoint):
    """For whoever an order belongs to: `viewer_of` says who that is, or that it is nobody."""

    permission_classes = (IsShopper,)


def viewer_of(request: Request) -> Viewer:
    """Raises NotAuthenticated for who is nobody, AuthenticationFailed for a guest whose key is not good."""
    user_id = request.user.pk if isinstance(request.user, User) else None
    opened = [] if request.auth is not None else list(opened_orders(request._request))  # noqa: SLF001 - Django's
    token = request.headers.get(ORDER_TOKEN, "")
    order = order_of_token(token) if token else None
    if order is not None:
        opened.append(order.public_id)
    elif token and user_id is None:
        raise AuthenticationFailed(_("This key to an order is not good, or no longer."), code="invalid_token")
    if user_id is None and not opened:
        raise NotAuthenticated
    return Viewer(user_id=user_id, opened=tuple(opened))


def own_order(request: Request, number: str) -> Order:
    """The caller's order with this number or id, with all its details. Raises NotFound for others'."""
    order = of_address(order_details(orders_of(viewer_of(request))), number).first()
    if order is None:
        raise NotFound
    return order


def detailed(order: Order) -> Order:
    """The order as it is now, with all its details."""
    return order_details(Order.objects.filter(pk=order.pk)).get()
