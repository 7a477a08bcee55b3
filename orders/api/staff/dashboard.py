"""The figures of a period, for staff and their programs."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.views.base import PrivateView
from orders.models import OrderStatus
from orders.selectors.dashboard import Compared, Dashboard, Sales, Sold, dashboard
from shop.api.fields import YEARS, MoneyField
from shop.api.parameters import check_parameters
from shop.api.permissions import StaffByPermission
from shop.api.schema import problems
from shop.api.serializers import query_of
from shop.common.money import money_text
from shop.common.periods import DAY, Period

DAYS = 30
MOST_DAYS = 366


class DashboardQuery(serializers.Serializer[Any]):
    """`from` and `to` are days of the shop's time zone, both included: the last 30 without them."""

    to = serializers.DateField(required=False)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        first = serializers.DateField(required=False)
        return {"from": first, **super().get_fields()}  # a word of Python's

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        last: date = attrs.get("to") or max(attrs.get("from", date.min), timezone.localdate())
        first: date = attrs.get("from") or last - (DAYS - 1) * DAY
        if first.year < YEARS[0] + 2 or last.year > YEARS[1]:
            raise serializers.ValidationError({"from": _("There is no such day here.")})
        if not 0 <= (last - first).days < MOST_DAYS:
            raise serializers.ValidationError({"from": _("Choose a day before `to`, at most a year.")})
        return {"period": Period(first, last)}


class ComparedMoney(serializers.Serializer[Any]):
    value = MoneyField()
    before = MoneyField()


class ComparedNumber(serializers.Serializer[Any]):
    value = serializers.IntegerField()
    before = serializers.IntegerField()


class DaysRow(serializers.Serializer[Any]):
    to = serializers.DateField()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(), **super().get_fields()}


class ComparedPercent(serializers.Serializer[Any]):
    """Of the orders that arrived; null while none did."""

    value = serializers.IntegerField(allow_null=True)
    before = serializers.IntegerField(allow_null=True)


class DayFigures(serializers.Serializer[Any]):
    date = serializers.DateField()
    orders = serializers.IntegerField()
    revenue = MoneyField()
    refunds = MoneyField()


class DayRow(DayFigures):
    before = DayFigures()


class StatusRow(serializers.Serializer[Any]):
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    orders = serializers.IntegerField()
    before = serializers.IntegerField()


class SoldFigures(serializers.Serializer[Any]):
    units = serializers.IntegerField()
    revenue = MoneyField()


class BestSellerRow(SoldFigures):
    product_id = serializers.IntegerField()
    name = serializers.CharField()
    before = SoldFigures()


class LowStockRow(serializers.Serializer[Any]):
    product_id = serializers.IntegerField(source="variant.product_id")
    variant_id = serializers.IntegerField()
    sku = serializers.CharField(source="variant.sku")
    name = serializers.CharField(source="variant.product.name")
    on_hand = serializers.IntegerField()
    held = serializers.IntegerField()
    committed = serializers.IntegerField()
    available = serializers.IntegerField()


class LowStock(serializers.Serializer[Any]):
    count = serializers.IntegerField(help_text="Of all; the first ten stand here.")
    items = LowStockRow(many=True)


class DashboardAnswer(serializers.Serializer[Any]):
    """`revenue` is what was sold, with tax and delivery, cancelled and unpaid orders left out; `refunds` is what
    of it went back; `before` is as many days right before."""

    to = serializers.DateField()
    before = DaysRow()
    currency = serializers.CharField()
    revenue = ComparedMoney()
    refunds = ComparedMoney()
    net_revenue = ComparedMoney()
    orders = ComparedNumber()
    average = ComparedMoney()
    units = ComparedNumber()
    new_customers = ComparedNumber()
    promises_kept = ComparedPercent()
    by_day = DayRow(many=True)
    by_status = StatusRow(many=True)
    best_sellers = BestSellerRow(many=True)
    low_stock = LowStock()

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {"from": serializers.DateField(), **super().get_fields()}


class DashboardView(PrivateView):
    permission_classes = (StaffByPermission,)
    staff_permissions = {"GET": "orders.view_order"}

    @extend_schema(
        tags=["admin"],
        summary="How the shop does",
        parameters=[DashboardQuery],
        responses={200: DashboardAnswer, **problems(400, 401, 403)},
    )
    def get(self, request: Request) -> Response:
        """Figures of a period of at most a year, each beside that of the period before."""
        check_parameters(request, DashboardQuery().fields)
        period: Period = query_of(request, DashboardQuery)["period"]
        return Response(_body(dashboard(period)))


def _body(figures: Dashboard) -> dict[str, Any]:
    period, sales = figures.period, figures.sales
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "before": {"from": period.before.first.isoformat(), "to": period.before.last.isoformat()},
        "currency": settings.SHOP_CURRENCY,
        **{name: _money(sales, name) for name in ("revenue", "refunds", "net_revenue", "average")},
        "orders": {"value": sales.value.orders, "before": sales.before.orders},
        "units": vars(figures.units),
        "new_customers": vars(figures.new_customers),
        "promises_kept": {"value": sales.value.promises_kept, "before": sales.before.promises_kept},
        "by_day": [
            {**_day(day.day, day.sales), "before": _day(day.day_before, day.sales_before)} for day in figures.days
        ],
        "by_status": [
            {"status": status.value, "orders": counts.value, "before": counts.before}
            for status, counts in figures.statuses.items()
        ],
        "best_sellers": [
            {
                "product_id": best.product_id,
                "name": best.name,
                **_sold(best.sold.value),
                "before": _sold(best.sold.before),
            }
            for best in figures.best_sellers
        ],
        "low_stock": {"count": figures.low_stock_count, "items": LowStockRow(figures.low_stock, many=True).data},
    }


def _money(sales: Compared[Sales], name: str) -> dict[str, str]:
    return {"value": money_text(getattr(sales.value, name)), "before": money_text(getattr(sales.before, name))}


def _day(day: date, sales: Sales) -> dict[str, Any]:
    return {
        "date": day.isoformat(),
        "orders": sales.orders,
        "revenue": money_text(sales.revenue),
        "refunds": money_text(sales.refunds),
    }


def _sold(sold: Sold) -> dict[str, Any]:
    return {"units": sold.units, "revenue": money_text(sold.revenue)}
