"""What stands on an invoice or a credit note: taken down once, when it is issued."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from django.conf import settings

from orders.models import Order, OrderLine, Refund
from orders.services.credit_shares import Credited, Rates, credit_shares, explained, left_of, rate_text
from shop.common.money import ZERO, money_text, round_money

HUNDRED = Decimal(100)
ADDRESS = ("company", "full_name", "line1", "line2")


def invoice_content(order: Order) -> dict[str, Any]:
    """The order as sold, who sells and who pays, and the tax by rate."""
    lines = list(order.lines.all())
    return {
        **_shared(order),
        "lines": [_line(order, line) for line in lines],
        "subtotal": _text(order, order.subtotal),
        "discount": _text(order, order.discount),
        "shipping": _text(order, order.shipping),
        "shipping_name": order.shipping_name,
        "tax": _text(order, order.tax),
        "total": _text(order, order.total),
        "taxes": _taxes(order, _rates(order, lines)),
    }


def credit_content(order: Order, *, amount: Decimal, of: Credited, refund: Refund | None) -> dict[str, Any]:
    """What of an invoice is taken back: at the rates of what came back, else a share of each."""
    lines = list(order.lines.all())
    about = explained(order, refund, freight_rate=_freight(order, lines)[0]) if refund else {}
    shares = credit_shares(amount, left=left_of(of), explained=about, currency=order.currency)
    return {
        **_shared(order),
        "invoice_number": of.number,
        "is_cancellation": refund is None,
        "total": _text(order, amount),
        "tax": _text(order, sum((tax for _net, tax in shares.values()), ZERO)),
        "taxes": _taxes(order, shares),
    }


def _shared(order: Order) -> dict[str, Any]:
    addresses = {address.kind: address for address in order.addresses.all()}
    buyer = addresses.get("billing") or addresses.get("shipping")
    return {
        "shop": settings.SHOP_NAME,
        "sender": settings.SHOP_INVOICE_SENDER,
        "bank_details": settings.SHOP_BANK_DETAILS,
        "order_number": order.number,
        "ordered_on": order.placed_at.isoformat(),
        "payment_method": order.payment_method,
        "is_paid": order.captured >= order.total,
        "currency": order.currency,
        "prices_include_tax": order.prices_include_tax,
        "language": order.language,
        "email": order.email,
        "vat_number": order.vat_number,
        "buyer": _address_lines(buyer) if buyer else [],
    }


def _address_lines(address: Any) -> list[str]:
    town = " ".join(part for part in (address.postcode, address.city) if part)
    parts = [*(getattr(address, name) for name in ADDRESS), town, address.region, address.country]
    return [part for part in parts if part]


def _line(order: Order, line: OrderLine) -> dict[str, Any]:
    return {
        "name": line.name,
        "sku": line.sku,
        "options": line.options_text,
        "quantity": line.quantity,
        "unit_price": _text(order, line.unit_price),
        "discount": _text(order, line.discount),
        "tax_rate": rate_text(line.tax_rate),
        "total": _text(order, line.line_total),
    }


def _rates(order: Order, lines: list[OrderLine]) -> Rates:
    """Net and tax by rate; what of the tax is on no line is that of the delivery."""
    sums: dict[str, list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for line in lines:
        net = line.line_total - line.tax if order.prices_include_tax else line.line_total
        _add(sums, rate_text(line.tax_rate), net, line.tax)
    rate, freight, freight_tax = _freight(order, lines)
    if order.shipping:
        _add(sums, rate, freight, freight_tax)
    return {rate: (net, tax) for rate, (net, tax) in sums.items()}


def _add(sums: dict[str, list[Decimal]], rate: str, net: Decimal, tax: Decimal) -> None:
    sums[rate][0] += net
    sums[rate][1] += tax


def _freight(order: Order, lines: list[OrderLine]) -> tuple[str, Decimal, Decimal]:
    """The delivery's rate, net and tax."""
    tax = order.tax - sum((line.tax for line in lines), ZERO)
    net = order.shipping - tax if order.prices_include_tax else order.shipping
    return _rate_of_freight(lines, net, tax), net, tax


def _rate_of_freight(lines: list[OrderLine], net: Decimal, tax: Decimal) -> str:
    """One of the goods' rates where it explains the tax to the cent, else what the two amounts say."""
    known = sorted({line.tax_rate for line in lines}, reverse=True)
    fits = (rate for rate in known if abs(round_money(net * rate / HUNDRED) - tax) <= Decimal("0.01"))
    found = next(fits, None) if tax else ZERO
    return rate_text((tax * HUNDRED / net).quantize(Decimal("0.1")) if found is None and net else found or ZERO)


def _taxes(order: Order, rates: Rates) -> list[dict[str, str]]:
    return [
        {"rate": rate, "net": _text(order, net), "tax": _text(order, tax), "gross": _text(order, net + tax)}
        for rate, (net, tax) in sorted(rates.items(), key=lambda item: -Decimal(item[0]))
    ]


def _text(order: Order, amount: Decimal) -> str:
    return money_text(amount, order.currency)
