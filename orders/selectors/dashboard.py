"""How the shop does: figures of a period beside those of the period before, in a fixed number of queries.

An order counts on the day it was placed, unless it still waits for payment or was cancelled. What went back
later is taken off the day it was sold, so that a period's figures can be added up from its orders.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Generic, TypeVar

from django.db.models import Case, Count, DecimalField, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Greatest

from accounts.models import User
from catalog.models import Stock
from catalog.selectors.low_stock import low_stock
from orders.models import Order, OrderLine, OrderStatus
from shop.common.money import ZERO, round_money
from shop.common.periods import Period, day_of

NOT_SOLD = (OrderStatus.PENDING, OrderStatus.CANCELLED)
SHOWN = 10
AMOUNT = DecimalField(max_digits=20, decimal_places=3)

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Compared(Generic[T]):
    """A figure of the period, and of the one before."""

    value: T
    before: T


@dataclass(frozen=True, kw_only=True)
class Sales:
    """`revenue` is what was sold, with tax and delivery; `refunds` is what of it went back.

    Of the orders that arrived `promised` had a day to come by, and `kept` came by it.
    """

    orders: int = 0
    revenue: Decimal = ZERO
    refunds: Decimal = ZERO
    promised: int = 0
    kept: int = 0

    @property
    def promises_kept(self) -> int | None:
        """Percent; None while nothing arrived that was promised for a day."""
        return round(100 * self.kept / self.promised) if self.promised else None

    @property
    def net_revenue(self) -> Decimal:
        return self.revenue - self.refunds

    @property
    def average(self) -> Decimal:
        """An order's worth, rounded half up; nothing when there was none."""
        return round_money(self.revenue / self.orders) if self.orders else round_money(ZERO)

    def __add__(self, other: Sales) -> Sales:
        return Sales(
            orders=self.orders + other.orders,
            revenue=self.revenue + other.revenue,
            refunds=self.refunds + other.refunds,
            promised=self.promised + other.promised,
            kept=self.kept + other.kept,
        )


@dataclass(frozen=True, kw_only=True)
class Day:
    """A day of the period and the one that corresponds to it before."""

    day: date
    sales: Sales
    day_before: date
    sales_before: Sales


@dataclass(frozen=True, kw_only=True)
class Sold:
    """Units and worth of lines, as ordered."""

    units: int = 0
    revenue: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class BestSeller:
    product_id: int
    name: str
    sold: Compared[Sold]


@dataclass(frozen=True, kw_only=True)
class Dashboard:
    period: Period
    sales: Compared[Sales]
    units: Compared[int]
    new_customers: Compared[int]
    days: list[Day]
    statuses: dict[OrderStatus, Compared[int]]
    best_sellers: list[BestSeller]
    low_stock_count: int
    low_stock: list[Stock] = field(default_factory=list)


def dashboard(period: Period) -> Dashboard:
    """All figures of `period`: seven queries, whatever was sold. The period is at most a year."""
    rows = list(_by_day_and_status(period))
    by_day = _sales_by_day(rows)
    low = low_stock()
    return Dashboard(
        period=period,
        sales=Compared(value=_sum(by_day, period), before=_sum(by_day, period.before)),
        units=_units(period),
        new_customers=_new_customers(period),
        days=_days(by_day, period),
        statuses=_statuses(rows, period),
        best_sellers=_best_sellers(period),
        low_stock_count=low.count(),
        low_stock=list(low[:SHOWN]),
    )


def _by_day_and_status(period: Period) -> Any:
    """One row a day and status, of both periods."""
    both = Period(period.before.first, period.last)
    orders = Order.objects.order_by().filter(_within("placed_at", both)).annotate(day=day_of("placed_at", both))
    return orders.values("day", "status").annotate(
        orders=Count("pk"),
        revenue=Sum("total"),
        back=Sum(_went_back(), output_field=AMOUNT),
        promised=Count("pk", filter=Q(promise_kept__isnull=False)),
        kept=Count("pk", filter=Q(promise_kept=True)),
    )


def _went_back() -> Case:
    """What was refunded of what the order cost. Money paid twice and given back was never revenue."""
    surplus = Greatest(F("refunded") - (F("captured") - F("total")), Value(ZERO), output_field=AMOUNT)
    return Case(When(captured__gt=F("total"), then=surplus), default=F("refunded"), output_field=AMOUNT)


def _sales_by_day(rows: Iterable[dict[str, Any]]) -> dict[date, Sales]:
    by_day: dict[date, Sales] = {}
    for row in rows:
        if row["status"] not in NOT_SOLD:
            money = {"revenue": round_money(row["revenue"]), "refunds": round_money(row["back"])}
            sales = Sales(orders=row["orders"], promised=row["promised"], kept=row["kept"], **money)
            by_day[row["day"]] = by_day.get(row["day"], Sales()) + sales
    return by_day


def _sum(by_day: Mapping[date, Sales], period: Period) -> Sales:
    return sum((sales for day, sales in by_day.items() if period.covers(day)), Sales())


def _days(by_day: Mapping[date, Sales], period: Period) -> list[Day]:
    pairs = zip(period.days, period.before.days, strict=True)
    return [
        Day(day=day, sales=by_day.get(day, Sales()), day_before=before, sales_before=by_day.get(before, Sales()))
        for day, before in pairs
    ]


def _statuses(rows: Iterable[dict[str, Any]], period: Period) -> dict[OrderStatus, Compared[int]]:
    """Orders placed in each period by the status they have now; all of them, sold or not."""
    counts = {status: [0, 0] for status in OrderStatus}
    for row in rows:
        counts[OrderStatus(row["status"])][0 if period.covers(row["day"]) else 1] += row["orders"]
    return {status: Compared(value=now, before=before) for status, (now, before) in counts.items()}


def _sold_lines(period: Period) -> QuerySet[OrderLine]:
    lines = OrderLine.objects.order_by().filter(_within("order__placed_at", period))
    return lines.exclude(order__status__in=NOT_SOLD)


def _units(period: Period) -> Compared[int]:
    both = Period(period.before.first, period.last)
    now = Q(order__placed_at__gte=period.start)
    sums = _sold_lines(both).aggregate(value=Sum("quantity", filter=now), before=Sum("quantity", filter=~now))
    return Compared(value=sums["value"] or 0, before=sums["before"] or 0)


def _best_sellers(period: Period) -> list[BestSeller]:
    """Products by units. One that is gone from the database is nobody's to sell again."""
    lines = _sold_lines(period).exclude(product=None)
    best = list(_by_product(lines).order_by("-units", "-revenue", "product_id")[:SHOWN])
    ids = [row["product_id"] for row in best]
    before = {row["product_id"]: row for row in _by_product(_sold_lines(period.before).filter(product_id__in=ids))}
    return [
        BestSeller(
            product_id=row["product_id"],
            name=row["product__name"],
            sold=Compared(value=_sold(row), before=_sold(before.get(row["product_id"]))),
        )
        for row in best
    ]


def _by_product(lines: QuerySet[OrderLine]) -> Any:
    return lines.values("product_id", "product__name").annotate(units=Sum("quantity"), revenue=Sum("line_total"))


def _sold(row: Mapping[str, Any] | None) -> Sold:
    return Sold(units=row["units"], revenue=round_money(row["revenue"])) if row else Sold()


def _new_customers(period: Period) -> Compared[int]:
    """Accounts that were opened; guests have none."""
    both = Period(period.before.first, period.last)
    now = Q(created_at__gte=period.start)
    people = User.objects.order_by().filter(_within("created_at", both), is_staff=False)
    counts = people.aggregate(value=Count("pk", filter=now), before=Count("pk", filter=~now))
    return Compared(value=counts["value"], before=counts["before"])


def _within(name: str, period: Period) -> Q:
    return Q(**{f"{name}__gte": period.start, f"{name}__lt": period.end})
