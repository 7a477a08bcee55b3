"""Reading orders. Every door to an order starts at `orders_of`."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from orders.models import Order, OrderEvent, OrderToken, Payment
from shop.common.ids import token_hash


@dataclass(frozen=True, kw_only=True)
class Viewer:
    """Who looks: a customer by `user_id`, a guest by the public ids of orders their browser opened."""

    user_id: int | None = None
    opened: tuple[str, ...] = ()


def orders_of(viewer: Viewer) -> QuerySet[Order]:
    """The orders this person may see, newest first."""
    mine = Q(pk__in=[])
    if viewer.user_id is not None:
        mine |= Q(user_id=viewer.user_id)
    if viewer.opened:
        # A guest's order stays open to its key when an account has taken it in since.
        placed_by_guests = OrderToken.objects.filter(order__public_id__in=viewer.opened).values("order")
        mine |= Q(public_id__in=viewer.opened) & (Q(user=None) | Q(pk__in=placed_by_guests))
    return Order.objects.filter(mine)


def order_details(orders: QuerySet[Order]) -> QuerySet[Order]:
    """With all that a page of one order shows, in a fixed number of queries."""
    public_events = OrderEvent.objects.filter(is_public=True)
    return orders.prefetch_related(
        "lines__product__main_image",
        "lines__variant__image",
        "addresses",
        "payments",
        "refunds",
        "shipments__lines__line",
        "returns__lines__line",
        Prefetch("events", queryset=public_events, to_attr="public_events"),
    )


def order_rows_of(orders: QuerySet[Order]) -> QuerySet[Order]:
    """With all that a list of orders shows, in a fixed number of queries."""
    public_events = Prefetch("events", queryset=OrderEvent.objects.filter(is_public=True), to_attr="public_events")
    return orders.prefetch_related("lines", "addresses", public_events)


def order_list(orders: QuerySet[Order], *, status: str = "") -> QuerySet[Order]:
    """A list with pictures, of one status or ("") of all, in a fixed number of queries."""
    found = orders.filter(status=status) if status else orders
    return found.prefetch_related("lines__product__main_image", "lines__variant__image")


def of_address(orders: QuerySet[Order], number: str) -> QuerySet[Order]:
    """The one of these orders with this number or, where the number would stand, this public id."""
    return orders.filter(Q(number=number) | Q(public_id=number))


def order_of_token(token: str) -> Order | None:
    """The guest's order that a key opens, while the key is valid."""
    keys = OrderToken.objects.filter(token_hash=token_hash(token), expires_at__gt=timezone.now(), order__user=None)
    key = keys.select_related("order").first()
    return key.order if key else None


def payments_of(viewer: Viewer) -> QuerySet[Payment]:
    """The payments of the orders this person may see."""
    return Payment.objects.filter(order__in=orders_of(viewer)).select_related("order")


def order_by_token(number: str, token: str) -> Order | None:
    """The order a guest's key opens, while the key is valid."""
    keys = OrderToken.objects.filter(
        token_hash=token_hash(token), order__number=number, expires_at__gt=timezone.now()
    ).select_related("order")
    key = keys.first()
    return key.order if key else None
