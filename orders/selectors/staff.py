"""Orders as staff see them: found by anything written on them, with everything that is known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet
from django.utils import timezone

from orders.models import (
    OPEN_RETURNS,
    Order,
    OrderAddress,
    OrderEvent,
    OrderLine,
    OrderStatus,
    Refund,
    Return,
    Shipment,
)
from shop.common.ids import readable_number

TO_SHIP = (OrderStatus.PAID, OrderStatus.PROCESSING)
# Each word is a handful of conditions, and SQLite bears a thousand.
MOST_WORDS = 10


@dataclass(frozen=True, kw_only=True)
class OrderFilter:
    """What orders must be; "" and None leave it open. `since` is included, `until` is not."""

    status: str = ""
    payment_status: str = ""
    fulfilment_status: str = ""
    email: str = ""
    since: datetime | None = None
    until: datetime | None = None
    search: str = ""


def filtered_orders(wanted: OrderFilter) -> QuerySet[Order]:
    """Orders newest first, with lines and addresses: three queries, however many."""
    equal = {name: getattr(wanted, name) for name in ("status", "payment_status", "fulfilment_status")}
    orders = Order.objects.filter(**{name: value for name, value in equal.items() if value})
    if wanted.email:
        orders = orders.filter(email=wanted.email.strip().lower())
    if wanted.since is not None:
        orders = orders.filter(placed_at__gte=wanted.since)
    if wanted.until is not None:
        orders = orders.filter(placed_at__lt=wanted.until)
    return search_orders(orders, wanted.search).prefetch_related("lines", "addresses")


def staff_order(number: str) -> Order | None:
    """The order with this number, typed as it may be, or with this public id."""
    return Order.objects.filter(Q(number=readable_number(number)) | Q(public_id=number)).first()


def search_orders(orders: QuerySet[Order], text: str) -> QuerySet[Order]:
    """Those that fit every word: a number, an e-mail address, a name, an SKU or a tracking number, from its start."""
    for word in text.split()[:MOST_WORDS]:
        orders = orders.filter(_fits(word))
    return orders


def for_staff(orders: QuerySet[Order]) -> QuerySet[Order]:
    """With everything the page of one order shows, in a fixed number of queries."""
    return orders.select_related("user").prefetch_related(
        "lines__product__main_image",
        "lines__variant__image",
        "lines__variant__stock",
        "addresses",
        "payments",
        Prefetch("refunds", queryset=Refund.objects.select_related("actor", "payment")),
        Prefetch("shipments", queryset=Shipment.objects.select_related("actor")),
        "shipments__lines__line",
        "returns__lines__line",
        Prefetch("events", queryset=OrderEvent.objects.select_related("actor")),
    )


def for_list(orders: QuerySet[Order]) -> QuerySet[Order]:
    """With the name each order goes to, as `sent_to`. One query more, however many orders."""
    delivery = OrderAddress.objects.filter(kind="shipping")
    return orders.prefetch_related(Prefetch("addresses", queryset=delivery, to_attr="sent_to"))


def to_ship(orders: QuerySet[Order]) -> QuerySet[Order]:
    return orders.filter(status__in=TO_SHIP)


def returns_asked(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Their customers asked to send something back, and wait for an answer or for the parcel to be booked."""
    return orders.filter(pk__in=Return.objects.filter(status__in=OPEN_RETURNS).values("order"))


def late(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Promised for a day that is over, and not there yet."""
    under_way = (*TO_SHIP, OrderStatus.SHIPPED)
    return orders.filter(status__in=under_way, promised_to__lt=timezone.localdate())


def money_to_give_back(orders: QuerySet[Order]) -> QuerySet[Order]:
    """Cancelled, and the money is still here: a refund failed, or is not settled yet."""
    return orders.filter(Q(status=OrderStatus.CANCELLED) & Q(captured__gt=0) & ~Q(payment_status="refunded"))


def _fits(word: str) -> Q:
    """Codes are compared byte by byte, so the word is tried as such codes are usually written."""
    cases = {word, word.upper(), word.lower()}
    skus, parcels = Q(), Q()
    for spelling in cases:
        skus |= Q(sku__startswith=spelling)
        parcels |= Q(tracking_number__startswith=spelling)
    return (
        Q(number__startswith=word.upper())
        | Q(email__startswith=word.lower())
        | Q(pk__in=OrderAddress.objects.filter(full_name__icontains=word).values("order_id"))
        | Q(pk__in=OrderLine.objects.filter(skus).values("order_id"))
        | Q(pk__in=Shipment.objects.filter(parcels).values("order_id"))
    )
