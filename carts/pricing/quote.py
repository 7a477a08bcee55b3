"""What a cart costs, and why: one pure function.

Every amount is in one currency and rounded once, half up, where it first arises: the price of a
line, its discount, the tax of a line, the shipping. Everything else is adding up, so the lines always
sum to the total and the steps do too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shop.common.money import ZERO, round_money

StepKind = Literal["goods", "discount", "shipping", "tax"]
HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class PriceLine:
    """One line to be priced. `unit_price` ≥ 0, `quantity` ≥ 1, `tax_percent` such as 19."""

    key: str
    unit_price: Decimal
    quantity: int
    tax_percent: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class ShippingPrice:
    name: str
    price: Decimal
    tax_percent: Decimal = ZERO


@dataclass(frozen=True, kw_only=True)
class PricedLine:
    """`total` is what the line adds to the goods: `subtotal` less `discount`. `tax` is within it or on top."""

    key: str
    unit_price: Decimal
    quantity: int
    subtotal: Decimal
    discount: Decimal
    total: Decimal
    tax_percent: Decimal
    tax: Decimal


@dataclass(frozen=True, kw_only=True)
class Step:
    """One step from nothing to the total; the amounts of all steps sum to it."""

    kind: StepKind
    label: str
    amount: Decimal


@dataclass(frozen=True, kw_only=True)
class Quote:
    """`tax` is contained in the prices where `prices_include_tax`, else it is part of the sum."""

    currency: str
    prices_include_tax: bool
    lines: tuple[PricedLine, ...]
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    steps: tuple[Step, ...]

    def line(self, key: str) -> PricedLine:
        return next(line for line in self.lines if line.key == key)


def price_cart(
    lines: Sequence[PriceLine], *, shipping: ShippingPrice | None, currency: str, prices_include_tax: bool
) -> Quote:
    """Price `lines` and `shipping` (None while no way of delivery is known) in `currency`."""
    priced = tuple(_price_line(line, currency, prices_include_tax) for line in lines)
    subtotal = sum((line.subtotal for line in priced), ZERO)
    discount = sum((line.discount for line in priced), ZERO)
    freight = round_money(shipping.price, currency) if shipping else ZERO
    freight_tax = _tax(freight, shipping.tax_percent if shipping else ZERO, currency, prices_include_tax)
    tax = sum((line.tax for line in priced), ZERO) + freight_tax
    steps = [Step(kind="goods", label="", amount=subtotal)]
    if discount:
        steps.append(Step(kind="discount", label="", amount=-discount))
    if shipping:
        steps.append(Step(kind="shipping", label=shipping.name, amount=freight))
    if not prices_include_tax:
        steps.append(Step(kind="tax", label="", amount=tax))
    return Quote(
        currency=currency,
        prices_include_tax=prices_include_tax,
        lines=priced,
        subtotal=subtotal,
        discount=discount,
        shipping=freight,
        tax=tax,
        total=sum((step.amount for step in steps), ZERO),
        steps=tuple(steps),
    )


def _price_line(line: PriceLine, currency: str, prices_include_tax: bool) -> PricedLine:
    unit_price = round_money(line.unit_price, currency)
    subtotal = unit_price * line.quantity
    return PricedLine(
        key=line.key,
        unit_price=unit_price,
        quantity=line.quantity,
        subtotal=subtotal,
        discount=ZERO,
        total=subtotal,
        tax_percent=line.tax_percent,
        tax=_tax(subtotal, line.tax_percent, currency, prices_include_tax),
    )


def _tax(amount: Decimal, percent: Decimal, currency: str, prices_include_tax: bool) -> Decimal:
    """The tax within `amount`, or on top of it."""
    share = percent / (HUNDRED + percent) if prices_include_tax else percent / HUNDRED
    return round_money(amount * share, currency)
