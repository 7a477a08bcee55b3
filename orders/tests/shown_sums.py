"""The sums of a bag or an order, read off pages as people see them and out of the answers that programs get."""

from __future__ import annotations

import html
import re
from decimal import Decimal
from typing import Any

from shop.common.money import format_money

FIGURES = ("subtotal", "discount", "shipping", "tax")
SUMS = re.compile(r"<dt[^>]*>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", re.DOTALL)
STAFF_ROWS = re.compile(r'<th scope="row" colspan="3">.*?</th><td class="number">(.*?)</td>', re.DOTALL)


def check_sums(cart: dict[str, Any], total: str) -> None:
    """Lines and steps add up, nothing is below zero, no more is taken off than there is.

    By the texts that programs get, not by the objects behind them.
    """
    on_top = Decimal(0) if cart["prices_include_tax"] else Decimal(cart["tax"])
    lines = [(Decimal(line["line_total"]), Decimal(line["discount"])) for line in cart["items"]]
    assert sum(Decimal(step["amount"]) for step in cart["steps"]) == Decimal(total)
    assert sum(paid for paid, _off in lines) + Decimal(cart["shipping"]) + on_top == Decimal(total)
    assert sum(off for _paid, off in lines) == Decimal(cart["discount"]) <= Decimal(cart["subtotal"])
    assert min(min(line) for line in lines) >= 0
    assert min(Decimal(cart[name]) for name in FIGURES) >= 0


def line_of(line: dict[str, Any]) -> tuple[Any, ...]:
    """A line of a cart or an order, by the same names."""
    price = line.get("unit_price", line.get("price_at_purchase"))
    return line["variant_id"], line["quantity"], price, line["discount"], line["line_total"]


def amounts(cart: dict[str, Any]) -> list[str]:
    return [format_money(Decimal(step["amount"])) for step in cart["steps"]]


def texts(cart: dict[str, Any], total: str) -> list[str]:
    """What people read of these steps: delivery for nothing is "Free"."""
    free = [step["kind"] == "shipping" and not Decimal(step["amount"]) for step in cart["steps"]]
    shown = ["Free" if nothing else text for nothing, text in zip(free, amounts(cart), strict=True)]
    return [*shown, format_money(Decimal(total))]


def sums(page: str) -> list[tuple[str, str]]:
    """The rows of the page's first list of sums, (label, text), the total last."""
    block = page[page.index('<dl class="sums">') :].split("</dl>", maxsplit=1)[0]
    return [(html.unescape(label).strip(), html.unescape(text).strip()) for label, text in SUMS.findall(block)]


def sums_for_staff(page: str) -> list[str]:
    """The texts of a cart's sums in the admin, the total last."""
    block = page.split('<dl class="cart-sums">')[1].split("</dl>", maxsplit=1)[0]
    return [html.unescape(text) for _label, text in SUMS.findall(block)]


def order_for_staff(page: str) -> list[str]:
    """The texts below an order's lines in the admin: its steps, the total, the tax within."""
    return [html.unescape(text) for text in STAFF_ROWS.findall(page)]
