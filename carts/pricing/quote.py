"""What a cart costs, and why: one pure function.

Every amount is in one currency and rounded once, half up, where it first arises: the price of a
line, its discount, the tax of a line, the shipping. Everything else is adding up, so the lines always
sum to the total and the steps do too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from carts.pricing.offers import Offer, Reduced, Refusal, Taken, Worth, reduce_prices
from shop.common.money import ZERO, round_money

StepKind = Literal["goods", "discount", "shipping", "shipping_discount", "tax"]
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
    """`tax` is contained in the prices where `prices_include_tax`, else it is part of the sum.

    `discount` is off the goods; `shipping` is what is paid for it, after a promotion that makes it free.
    `taken` are the promotions that took something, `refused` says of others why they did not.
    """

    currency: str
    prices_include_tax: bool
    lines: tuple[PricedLine, ...]
    subtotal: Decimal
    discount: Decimal
    shipping: Decimal
    tax: Decimal
    total: Decimal
    steps: tuple[Step, ...]
    taken: tuple[Taken, ...] = ()
    refused: Mapping[str, Refusal] = field(default_factory=dict)

    def line(self, key: str) -> PricedLine:
        return next(line for line in self.lines if line.key == key)


def price_cart(
    lines: Sequence[PriceLine],
    *,
    shipping: ShippingPrice | None,
    currency: str,
    prices_include_tax: bool,
    offers: Sequence[Offer] = (),
) -> Quote:
    """Price `lines` and `shipping` (None while no way of delivery is known) in `currency`, less what `offers` take."""
    worth = [_worth(line, currency) for line in lines]
    full_freight = round_money(shipping.price, currency) if shipping else ZERO
    reduced = reduce_prices(worth, offers, freight=full_freight, currency=currency)
    priced = tuple(_price_line(line, reduced, currency, prices_include_tax) for line in lines)
    freight = full_freight - sum((took.shipping for took in reduced.taken), ZERO)
    freight_tax = _tax(freight, shipping.tax_percent if shipping else ZERO, currency, prices_include_tax)
    tax = sum((line.tax for line in priced), ZERO) + freight_tax
    subtotal = sum((line.subtotal for line in priced), ZERO)
    steps = _steps(subtotal, reduced, (shipping.name, full_freight) if shipping else None)
    if not prices_include_tax:
        steps.append(Step(kind="tax", label="", amount=tax))
    return Quote(
        currency=currency,
        prices_include_tax=prices_include_tax,
        lines=priced,
        subtotal=subtotal,
        discount=sum((line.discount for line in priced), ZERO),
        shipping=freight,
        tax=tax,
        total=sum((step.amount for step in steps), ZERO),
        steps=tuple(steps),
        taken=reduced.taken,
        refused=reduced.refused,
    )


def _steps(subtotal: Decimal, reduced: Reduced, shipping: tuple[str, Decimal] | None) -> list[Step]:
    steps = [Step(kind="goods", label="", amount=subtotal)]
    steps += [Step(kind="discount", label=t.offer.name, amount=-t.goods) for t in reduced.taken if t.goods]
    if shipping:
        steps.append(Step(kind="shipping", label=shipping[0], amount=shipping[1]))
    free = [took for took in reduced.taken if took.shipping]
    return steps + [Step(kind="shipping_discount", label=t.offer.name, amount=-t.shipping) for t in free]


def _worth(line: PriceLine, currency: str) -> Worth:
    subtotal = round_money(line.unit_price, currency) * line.quantity
    return Worth(key=line.key, quantity=line.quantity, subtotal=subtotal, left=subtotal)


def _price_line(line: PriceLine, reduced: Reduced, currency: str, prices_include_tax: bool) -> PricedLine:
    unit_price = round_money(line.unit_price, currency)
    subtotal = unit_price * line.quantity
    discount = sum((took.by_line.get(line.key, ZERO) for took in reduced.taken), ZERO)
    return PricedLine(
        key=line.key,
        unit_price=unit_price,
        quantity=line.quantity,
        subtotal=subtotal,
        discount=discount,
        total=subtotal - discount,
        tax_percent=line.tax_percent,
        tax=_tax(subtotal - discount, line.tax_percent, currency, prices_include_tax),
    )


def _tax(amount: Decimal, percent: Decimal, currency: str, prices_include_tax: bool) -> Decimal:
    """The tax within `amount`, or on top of it."""
    share = percent / (HUNDRED + percent) if prices_include_tax else percent / HUNDRED
    return round_money(amount * share, currency)


def without_tax(price: Decimal, percent: Decimal, currency: str) -> Decimal:
    """What is left of a price that includes tax when none is due."""
    return round_money(price, currency) - _tax(round_money(price, currency), percent, currency, prices_include_tax=True)
