"""What of an invoice a credit note takes back at each rate of tax. All notes together make exactly the invoice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orders.models import Order, Refund, RefundState
from shop.common.money import ZERO, allocate, round_money

# Net and tax by rate.
Rates = dict[str, tuple[Decimal, Decimal]]


@dataclass(frozen=True, kw_only=True)
class Credited:
    """An invoice's `number` and content, and the contents of its credit notes so far."""

    number: str
    invoice: Mapping[str, Any]
    notes: Sequence[Mapping[str, Any]]


def left_of(credited: Credited) -> Rates:
    """What of the invoice no credit note has taken back yet."""
    left = {row["rate"]: (Decimal(row["net"]), Decimal(row["tax"])) for row in credited.invoice["taxes"]}
    for row in (row for note in credited.notes for row in note["taxes"]):
        net, tax = left.get(row["rate"], (ZERO, ZERO))
        left[row["rate"]] = (net - Decimal(row["net"]), tax - Decimal(row["tax"]))
    return {rate: (max(ZERO, net), max(ZERO, tax)) for rate, (net, tax) in left.items()}


def explained(order: Order, refund: Refund, *, freight_rate: str) -> dict[str, Decimal]:
    """With tax, by rate: the lines and the delivery that `refund` is known to be for; empty where nothing is said.

    What a return is for stands on the first of its refunds, where it came by several payments: the ones after it
    are for what was more than the first could give back.
    """
    left: dict[str, Decimal] = {}
    for one in order.refunds.order_by("id").prefetch_related("lines__line"):
        left = _about(one, freight_rate) or left
        taken = _part_of(left, one.amount, order.currency) if one.state != RefundState.FAILED else {}
        if one.pk == refund.pk:
            return taken
        left = {rate: amount - taken.get(rate, ZERO) for rate, amount in left.items()}
    return {}


def credit_shares(amount: Decimal, *, left: Rates, explained: Mapping[str, Decimal], currency: str) -> Rates:
    """`amount` by rate: as `explained` says, the rest as what is `left` was; no more of each than is left of it."""
    gross = {rate: net + tax for rate, (net, tax) in left.items()}
    known = {rate: min(explained.get(rate, ZERO), most) for rate, most in gross.items()}
    parts = _part_of(known, amount, currency)
    open_still = [most - parts[rate] for rate, most in gross.items()]
    rest = allocate(amount - sum(parts.values(), ZERO), open_still, currency)
    shares = {}
    for (rate, (_net, tax)), more in zip(left.items(), rest, strict=True):
        part = parts[rate] + more
        share = min(tax, round_money(part * tax / gross[rate], currency)) if gross[rate] else ZERO
        shares[rate] = (part - share, share)
    return {rate: share for rate, share in shares.items() if any(share)}


def rate_text(percent: Decimal) -> str:
    """ "19", "7.7": without zeros that say nothing."""
    return f"{percent.normalize():f}" if percent else "0"


def _about(refund: Refund, freight_rate: str) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(lambda: ZERO)
    for row in refund.lines.all():
        sums[rate_text(row.line.tax_rate)] += row.amount
    if refund.shipping_amount:
        sums[freight_rate] += refund.shipping_amount
    return dict(sums)


def _part_of(known: Mapping[str, Decimal], amount: Decimal, currency: str) -> dict[str, Decimal]:
    """All of `known`, or as much of each as `amount` allows."""
    most = min(amount, sum(known.values(), ZERO))
    return dict(zip(known, allocate(most, list(known.values()), currency), strict=True))
