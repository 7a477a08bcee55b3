"""What waits for staff this morning: a few counts."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Q
from django_tasks.base import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from catalog.models import Product, ProductStatus
from orders.models import Order, OrderStatus
from orders.selectors.staff import late, money_to_give_back, to_ship


@dataclass(frozen=True, kw_only=True)
class OrdersWaiting:
    to_ship: int
    unpaid: int
    money_to_give_back: int
    late: int


@dataclass(frozen=True, kw_only=True)
class GoodsWaiting:
    low: int
    sold_out: int


def orders_waiting() -> OrdersWaiting:
    orders = Order.objects.all()
    return OrdersWaiting(
        to_ship=to_ship(orders).count(),
        unpaid=orders.filter(status=OrderStatus.PENDING).count(),
        money_to_give_back=money_to_give_back(orders).count(),
        late=late(orders).count(),
    )


def goods_waiting() -> GoodsWaiting:
    """Active products that are low, and those of which nothing is left."""
    active = Product.objects.filter(status=ProductStatus.ACTIVE)
    counts = active.aggregate(low=Count("pk", filter=Q(low_stock=True)), gone=Count("pk", filter=Q(in_stock=False)))
    return GoodsWaiting(low=counts["low"], sold_out=counts["gone"])


def failed_tasks() -> int:
    """Tasks that used up all their tries."""
    return DBTaskResult.objects.filter(status=TaskResultStatus.FAILED).count()
