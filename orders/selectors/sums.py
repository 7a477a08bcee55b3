"""The steps from nothing to the total, as rows to show: (label, text)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from carts.selectors.carts import CartView
from orders.models import Order
from shop.common.money import format_money

Rows = list[tuple[str, str]]


def cart_rows(view: CartView) -> Rows:
    """How the total of a cart comes about."""
    steps = ((step.kind, step.label, step.amount) for step in view.quote.steps)
    return _rows(steps, units=view.item_count, currency=view.quote.currency)


def order_rows(order: Order) -> Rows:
    """How the total of an order came about, as it was then."""
    steps = ((step["kind"], step["label"], Decimal(step["amount"])) for step in order.steps)
    return _rows(steps, units=sum(line.quantity for line in order.lines.all()), currency=order.currency)


def _rows(steps: Iterable[tuple[str, str, Decimal]], *, units: int, currency: str) -> Rows:
    rows = []
    for kind, label, amount in steps:
        free = kind == "shipping" and not amount
        rows.append((_label(kind, label, units), _("Free") if free else format_money(amount, currency)))
    return rows


def _label(kind: str, label: str, units: int) -> str:
    if kind == "goods":
        return ngettext("%(count)d item", "%(count)d items", units) % {"count": units}
    if kind == "shipping":
        return _("Delivery")
    return label or {"discount": _("Discount"), "tax": _("Tax")}.get(kind, kind)
