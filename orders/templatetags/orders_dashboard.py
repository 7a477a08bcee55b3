"""The figures on the start page of the admin: the API's dashboard, drawn."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from catalog.models import Product, Stock
from orders.selectors.dashboard import Compared, Dashboard, Day, dashboard
from shop.admin import change_url
from shop.common.money import ZERO, format_money
from shop.common.periods import DAY, Period

register = template.Library()

PERIODS = (7, 30, 90, 365)
USUAL = 30
BAR, GAP, HEIGHT = 8, 2, 100
MOST_PERCENT = 999


@dataclass(frozen=True, kw_only=True)
class Figure:
    label: str
    text: str
    before: str
    change: str
    is_less: bool


@dataclass(frozen=True, kw_only=True)
class Bar:
    """A day of the chart, in the chart's own units; `title` is what it says when pointed at."""

    x: int
    height: int
    height_before: int
    title: str

    @property
    def y(self) -> int:
        return HEIGHT - self.height

    @property
    def y_before(self) -> int:
        return HEIGHT - self.height_before


@register.inclusion_tag("admin/dashboard.html", takes_context=True)
def shop_dashboard(context: Context) -> dict[str, Any]:
    """Revenue, orders and what sells, for those who may see orders."""
    request = context["request"]
    if not (request.user.has_perm("orders.view_order") or request.user.has_perm("orders.change_order")):
        return {}
    days = _days(request.GET.get("days", ""))
    today = timezone.localdate()
    figures = dashboard(Period(today - (days - 1) * DAY, today))
    return {
        "days": days,
        "periods": PERIODS,
        "figures": _figures(figures),
        "bars": _bars(figures.days),
        "chart_width": len(figures.days) * (BAR + GAP),
        "chart_height": HEIGHT,
        "bar": BAR,
        "period": figures.period,
        "best_sellers": [
            {
                "name": best.name,
                "url": change_url(Product, best.product_id),
                "units": best.sold.value.units,
                "revenue": format_money(best.sold.value.revenue),
                "before": best.sold.before.units,
            }
            for best in figures.best_sellers
        ],
        "low_stock": [_low(stock) for stock in figures.low_stock],
        "low_stock_count": figures.low_stock_count,
    }


def _days(asked: str) -> int:
    return int(asked) if asked in {str(days) for days in PERIODS} else USUAL


def _figures(figures: Dashboard) -> list[Figure]:
    sales = figures.sales
    money = {
        _("Revenue"): ("revenue", format_money),
        _("Of it refunded"): ("refunds", format_money),
        _("Average order"): ("average", format_money),
    }
    amounts = [
        _figure(label, Compared(value=getattr(sales.value, name), before=getattr(sales.before, name)), text)
        for label, (name, text) in money.items()
    ]
    orders = _figure(_("Orders"), Compared(value=sales.value.orders, before=sales.before.orders), str)
    return [
        amounts[0],
        orders,
        amounts[2],
        _figure(_("Units sold"), figures.units, str),
        _figure(_("New customers"), figures.new_customers, str),
        amounts[1],
        Figure(
            label=_("Came as promised"),
            text=_percent(sales.value.promises_kept),
            before=_percent(sales.before.promises_kept),
            change="",
            is_less=False,
        ),
    ]


def _percent(share: int | None) -> str:
    return "–" if share is None else f"{share} %"


def _figure(label: str, compared: Compared[Any], text: Any) -> Figure:
    return Figure(
        label=label,
        text=text(compared.value),
        before=text(compared.before),
        change=_change(Decimal(compared.value), Decimal(compared.before)),
        is_less=compared.value < compared.before,
    )


def _change(value: Decimal, before: Decimal) -> str:
    """ "+12 %"; "" where there is nothing to compare with."""
    if not before or value == before:
        return ""
    percent = min(MOST_PERCENT, round((value - before) / before * 100))
    return f"{'+' if percent >= 0 else '−'}{abs(percent)} %"


def _bars(days: list[Day]) -> list[Bar]:
    most = max([ZERO, *(max(day.sales.revenue, day.sales_before.revenue) for day in days)])
    return [
        Bar(
            x=number * (BAR + GAP),
            height=_height(day.sales.revenue, most),
            height_before=_height(day.sales_before.revenue, most),
            title=_title(day),
        )
        for number, day in enumerate(days)
    ]


def _height(amount: Decimal, most: Decimal) -> int:
    return max(1, round(amount / most * HEIGHT)) if amount > ZERO else 0


def _title(day: Day) -> str:
    orders = ngettext("%(count)d order", "%(count)d orders", day.sales.orders) % {"count": day.sales.orders}
    return f"{date_format(day.day, 'D j M')}: {format_money(day.sales.revenue)}, {orders}"


def _low(stock: Stock) -> dict[str, Any]:
    return {
        "name": stock.variant.product.name,
        "sku": stock.variant.sku,
        "left": stock.on_hand - stock.committed,
        "url": reverse("admin:catalog_stock_changelist") + f"?q={stock.variant.sku}",
    }
