"""Three months of past orders for the demo shop.

They are history, not checkouts: rows are written as they would be by now, with the times they would
have. The stock they took is booked in the ledger like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import cast

from django.utils import timezone

from accounts.models import User
from catalog.demo.goods import products
from catalog.demo.reviews import reviews
from catalog.models import MovementKind, Variant
from catalog.services.review_product import mark_verified
from catalog.services.stock import StockChange, change_stock
from orders.demo.moments import moments_of
from orders.demo.past_orders import PastOrder, past_orders
from orders.models import FulfilmentStatus, Order, OrderEvent, OrderLine
from orders.services.past_rows import PastRows
from orders.services.popularity import recount_popularity
from orders.services.seed_order_rows import write_past_order
from shop.common.unit import run_in_transaction

SUPPLY_REASON, COUNT_REASON = "Delivery", "Counted"


@dataclass
class Ledger:
    """What the past did to stock. Each unit sold had been delivered for it, so that today's stock stays as it is."""

    changes: list[StockChange] = field(default_factory=list)
    supplied: Counter[int] = field(default_factory=Counter)
    left_over: Counter[int] = field(default_factory=Counter)

    def book(self, rows: PastRows) -> None:
        order, moments = rows.order, rows.moments
        for line in rows.lines:
            units = line.quantity
            self.supplied[_variant(line)] += units
            self._add(line, order, MovementKind.COMMIT, moments.placed, committed=units)
            sent = line.shipped_quantity
            if moments.shipped and sent:
                self._add(line, order, MovementKind.SHIP, moments.shipped, on_hand=-sent, committed=-sent)
            if moments.ended:
                self._add(line, order, MovementKind.UNCOMMIT, moments.ended, committed=-units)
                self.left_over[_variant(line)] += units
            if moments.refunded and order.fulfilment_status == FulfilmentStatus.RETURNED:
                self._add(line, order, MovementKind.RETURN, moments.refunded, on_hand=sent)
                self.left_over[_variant(line)] += sent

    def all_changes(self, since: datetime, now: datetime) -> list[StockChange]:
        supply = _changes(self.supplied, MovementKind.RECEIVE, SUPPLY_REASON, since)
        count = _changes(self.left_over, MovementKind.ADJUST, COUNT_REASON, now, sign=-1)
        return [*supply, *sorted(self.changes, key=lambda change: change.at or now), *count]

    def _add(
        self, line: OrderLine, order: Order, kind: MovementKind, at: datetime, *, on_hand: int = 0, committed: int = 0
    ) -> None:
        change = StockChange(
            variant_id=_variant(line),
            kind=kind,
            on_hand=on_hand,
            committed=committed,
            reference=order.number,
            at=at,
        )
        self.changes.append(change)


def seed_orders(customers: Sequence[User]) -> int:
    """Write the past orders, unless there are some. Returns how many."""
    written = run_in_transaction(lambda: _seed(customers))
    if written:
        recount_popularity()
        _tell_reviews(customers)
    return written


def _seed(customers: Sequence[User]) -> int:
    if Order.objects.filter(is_demo=True).exists():
        return 0
    now, goods = timezone.now(), products()
    past = past_orders(goods, reviews(goods, len(customers)), len(customers))
    variants = _variants(past)
    ledger, events = Ledger(), list[OrderEvent]()
    for order in past:
        rows = write_past_order(order, moments_of(order, now), customers[order.person], variants)
        ledger.book(rows)
        events += rows.events
    OrderEvent.objects.bulk_create(events)
    change_stock(ledger.all_changes(now - past[0].ago - timedelta(days=1), now))
    return len(past)


def _variants(past: Iterable[PastOrder]) -> dict[str, Variant]:
    wanted = {line.sku for order in past for line in order.lines}
    rows = Variant.objects.filter(sku__in=wanted).select_related("product")
    return {row.sku: row for row in rows.prefetch_related("chosen__option", "chosen__value")}


def _tell_reviews(customers: Sequence[User]) -> None:
    """Whoever got the thing is shown as having bought it."""
    for customer in customers:
        lines = OrderLine.objects.filter(order__user=customer, order__is_demo=True, order__delivered_at__isnull=False)
        bought = {pk for pk in lines.values_list("product_id", flat=True) if pk is not None}
        mark_verified(user_id=customer.pk, product_ids=bought)


def _changes(units: Counter[int], kind: MovementKind, reason: str, at: datetime, *, sign: int = 1) -> list[StockChange]:
    return [
        StockChange(variant_id=pk, kind=kind, on_hand=sign * number, reason=reason, at=at)
        for pk, number in units.items()
    ]


def _variant(line: OrderLine) -> int:
    return cast("int", line.variant_id)  # just written with one
