"""What promotions take off, one after the other: pure, in whole units of the currency.

An offer is a promotion that this shopper may have, with the lines it is about. Each works on what the
ones before it have left, so that nothing is ever worth less than nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from shop.common.money import ZERO, allocate, round_money

OfferKind = Literal["percent", "amount", "fixed_price", "free_shipping", "buy_x_get_y", "tiers"]
HUNDRED = Decimal(100)


@dataclass(frozen=True, kw_only=True)
class Tier:
    """From `threshold` (worth or units of the goods it is about) on, `value` is taken off."""

    threshold: Decimal
    value: Decimal


@dataclass(frozen=True, kw_only=True)
class Offer:
    """`line_keys` None means all lines. `value` is percent for "percent" and "buy_x_get_y", else an amount.

    "amount" comes off once, spread over its lines; "fixed_price" is what each unit costs.
    Of `buy_quantity` + `get_quantity` units the cheapest `get_quantity` are `value` percent less.
    """

    key: str
    name: str
    kind: OfferKind
    value: Decimal = ZERO
    line_keys: frozenset[str] | None = None
    buy_quantity: int = 0
    get_quantity: int = 0
    tiers: tuple[Tier, ...] = ()
    tiers_count_units: bool = False
    tiers_give_amount: bool = False
    minimum_spend: Decimal | None = None
    stackable: bool = True


@dataclass(frozen=True, kw_only=True)
class Worth:
    """A line while offers are applied: `subtotal` before all of them, `left` after those so far."""

    key: str
    quantity: int
    subtotal: Decimal
    left: Decimal


@dataclass(frozen=True, kw_only=True)
class Taken:
    """What an offer took: off the lines by key, and off the shipping."""

    offer: Offer
    by_line: dict[str, Decimal]
    shipping: Decimal = ZERO

    @property
    def goods(self) -> Decimal:
        return sum(self.by_line.values(), ZERO)

    @property
    def amount(self) -> Decimal:
        return self.goods + self.shipping


@dataclass(frozen=True, kw_only=True)
class Reduced:
    """The offers that took something, in their order, and why others took nothing, by key."""

    taken: tuple[Taken, ...]
    refused: dict[str, Refusal]


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """`reason` is "minimum" with what is `missing`, "not_together" with the name of the `other`, or "no_goods"."""

    reason: Literal["minimum", "not_together", "no_goods"]
    missing: Decimal = ZERO
    other: str = ""


def reduce_prices(lines: Sequence[Worth], offers: Sequence[Offer], *, freight: Decimal, currency: str) -> Reduced:
    """Apply `offers` in the order given. One that stands alone is left out after others, and ends the row."""
    left = list(lines)
    taken: list[Taken] = []
    refused: dict[str, Refusal] = {}
    for offer in offers:
        refusal = _refusal(offer, left, taken)
        took = None if refusal else _take(offer, left, freight - sum((t.shipping for t in taken), ZERO), currency)
        if took is None or took.amount <= ZERO:
            refused[offer.key] = refusal or Refusal(reason="no_goods")
            continue
        taken.append(took)
        left = [_less(line, took.by_line.get(line.key, ZERO)) for line in left]
    return Reduced(taken=tuple(taken), refused=refused)


def _refusal(offer: Offer, lines: Sequence[Worth], taken: Sequence[Taken]) -> Refusal | None:
    spent = sum((line.subtotal for line in lines), ZERO)
    if offer.minimum_spend is not None and spent < offer.minimum_spend:
        return Refusal(reason="minimum", missing=offer.minimum_spend - spent)
    if taken and not (offer.stackable and taken[-1].offer.stackable):
        return Refusal(reason="not_together", other=taken[-1].offer.name)
    return None


def _take(offer: Offer, lines: Sequence[Worth], freight: Decimal, currency: str) -> Taken:
    if offer.kind == "free_shipping":
        return Taken(offer=offer, by_line={}, shipping=max(ZERO, freight))
    about = [line for line in lines if offer.line_keys is None or line.key in offer.line_keys]
    off = TAKERS[offer.kind](offer, about, currency)
    return Taken(offer=offer, by_line={key: amount for key, amount in off.items() if amount > ZERO})


def _percent(offer: Offer, lines: Sequence[Worth], currency: str) -> dict[str, Decimal]:
    return _percent_off(offer.value, lines, currency)


def _amount(offer: Offer, lines: Sequence[Worth], currency: str) -> dict[str, Decimal]:
    return _spread(round_money(offer.value, currency), lines, currency)


def _fixed_price(offer: Offer, lines: Sequence[Worth], currency: str) -> dict[str, Decimal]:
    price = round_money(offer.value, currency)
    return {line.key: max(ZERO, line.left - price * line.quantity) for line in lines}


def _buy_some_get_some(offer: Offer, lines: Sequence[Worth], currency: str) -> dict[str, Decimal]:
    group = offer.buy_quantity + offer.get_quantity
    if offer.buy_quantity < 1 or offer.get_quantity < 1:
        return {}
    given = sum(line.quantity for line in lines) // group * offer.get_quantity
    off: dict[str, Decimal] = {}
    for line in sorted(lines, key=lambda line: (line.left / line.quantity, line.key)):
        units = min(given, line.quantity)
        given -= units
        worth = allocate(line.left, [Decimal(units), Decimal(line.quantity - units)], currency)[0]
        off[line.key] = _share(worth, offer.value, currency) if units else ZERO
    return off


def _tiers(offer: Offer, lines: Sequence[Worth], currency: str) -> dict[str, Decimal]:
    units = Decimal(sum(line.quantity for line in lines))
    reached = units if offer.tiers_count_units else sum((line.subtotal for line in lines), ZERO)
    tiers = [tier for tier in offer.tiers if tier.threshold <= reached]
    if not tiers:
        return {}
    value = max(tiers, key=lambda tier: tier.threshold).value
    if offer.tiers_give_amount:
        return _spread(round_money(value, currency), lines, currency)
    return _percent_off(value, lines, currency)


TAKERS: dict[OfferKind, Callable[[Offer, Sequence[Worth], str], dict[str, Decimal]]] = {
    "percent": _percent,
    "amount": _amount,
    "fixed_price": _fixed_price,
    "buy_x_get_y": _buy_some_get_some,
    "tiers": _tiers,
}


def _percent_off(percent: Decimal, lines: Sequence[Worth], currency: str) -> dict[str, Decimal]:
    """Rounded once for all lines together, then spread: ten lines are not rounded ten times."""
    worth = sum((line.left for line in lines), ZERO)
    return _spread(_share(worth, percent, currency), lines, currency)


def _share(amount: Decimal, percent: Decimal, currency: str) -> Decimal:
    return round_money(amount * min(percent, HUNDRED) / HUNDRED, currency)


def _spread(amount: Decimal, lines: Sequence[Worth], currency: str) -> dict[str, Decimal]:
    """`amount`, at most what the lines are worth, over the lines in proportion to that: to the last unit."""
    weights = [line.left for line in lines]
    worth = sum(weights, ZERO)
    if worth <= ZERO:
        return {}
    parts = allocate(min(amount, worth), weights, currency)
    return dict(zip((line.key for line in lines), parts, strict=True))


def _less(line: Worth, off: Decimal) -> Worth:
    return Worth(key=line.key, quantity=line.quantity, subtotal=line.subtotal, left=line.left - off)
