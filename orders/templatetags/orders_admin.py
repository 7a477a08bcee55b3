"""Tags of the admin's pages about orders."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django import template
from django.template import Context
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from orders.models import Order, OrderLine
from orders.selectors.overview import failed_tasks, goods_waiting, orders_waiting
from shop.common.errors import Message
from shop.common.money import format_money
from shop.templatetags.shop_pictures import picture

register = template.Library()

Tile = tuple[int, Message, str]
STEP_LABELS = {
    "goods": _("Goods"),
    "discount": _("Discount"),
    "shipping": _("Delivery"),
    "shipping_discount": _("Discount"),
    "tax": _("Tax"),
}


@register.filter
def amount_of(amount: Decimal | str, order: Order) -> str:
    """`{{ line.line_total|amount_of:order }}`: an amount in the order's currency."""
    return format_money(Decimal(amount), order.currency)


@register.filter
def step_label(step: dict[str, str]) -> Message:
    """What a step of the price is called: "Delivery, Standard"."""
    kind = STEP_LABELS.get(step["kind"], step["kind"])
    return f"{kind}, {step['label']}" if step["label"] else kind


@register.simple_tag
def line_picture(line: OrderLine) -> SafeString:
    """The variant's picture, else the product's; both may be gone."""
    own = line.variant.image if line.variant else None
    return picture(own or (line.product.main_image if line.product else None), sizes="56px", alt="", css="thumb")


@register.inclusion_tag("admin/overview.html", takes_context=True)
def shop_overview(context: Context) -> dict[str, Any]:
    """What waits for somebody, of what this person may see."""
    user = context["request"].user
    tiles: list[Tile] = []
    if user.has_perm("orders.view_order") or user.has_perm("orders.change_order"):
        tiles += _order_tiles()
    if user.has_perm("catalog.view_product") or user.has_perm("catalog.change_product"):
        tiles += _goods_tiles()
    if user.is_superuser:
        failed = _list("django_tasks_database_dbtaskresult", "status__exact=FAILED")
        count = failed_tasks()
        tiles.append((count, ngettext("task failed", "tasks failed", count), failed))
    return {"tiles": tiles}


def _order_tiles() -> list[Tile]:
    orders = orders_waiting()
    return [
        (
            orders.to_ship,
            ngettext("order to ship", "orders to ship", orders.to_ship),
            _list("orders_order", "todo=ship"),
        ),
        (
            orders.unpaid,
            ngettext("order waiting for payment", "orders waiting for payment", orders.unpaid),
            _list("orders_order", "todo=unpaid"),
        ),
        (orders.money_to_give_back, _("cancelled, money not back yet"), _list("orders_order", "todo=money")),
        (
            orders.late,
            ngettext("promise overdue", "promises overdue", orders.late),
            _list("orders_order", "promise=late"),
        ),
    ]


def _goods_tiles() -> list[Tile]:
    goods = goods_waiting()
    return [
        (
            goods.low,
            ngettext("product low in stock", "products low in stock", goods.low),
            _list("catalog_product", "low_stock__exact=1"),
        ),
        (
            goods.sold_out,
            ngettext("product sold out", "products sold out", goods.sold_out),
            _list("catalog_product", "in_stock__exact=0"),
        ),
    ]


def _list(name: str, query: str) -> str:
    """The address of an admin list; "" where there is none."""
    try:
        return f"{reverse(f'admin:{name}_changelist')}?{query}"
    except NoReverseMatch:
        return ""
