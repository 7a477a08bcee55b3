"""Keeping units for the lines of a cart, as SHOP_HOLD_POLICY says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from carts.models import Cart, CartLine
from carts.selectors.carts import Shopper, open_carts
from carts.selectors.shortages import insufficient_stock, shortage_of
from catalog.selectors.stock import availability
from catalog.services.holds import HoldRefusal, HoldRequest, hold_units, note_refusal
from shop.common.errors import Conflict, InsufficientStock
from shop.common.unit import run_in_transaction

T = TypeVar("T")


class HoldLimitReached(Conflict):
    code = "hold_limit"
    default_message = _("A lot is set aside from your network already. Please order what is in your bag first.")


class HoldPaused(Conflict):
    code = "hold_paused"
    default_message = _("You have kept this for an hour and others want it too. Please try again a little later.")


def hold_request(cart: Cart, line: CartLine, shopper: Shopper) -> HoldRequest:
    return HoldRequest(
        owner=cart.public_id,
        reference=line.public_id,
        variant_id=line.variant_id,
        quantity=line.quantity,
        is_guest=shopper.is_guest,
        client_address=shopper.client_address,
    )


def hold_or_check(cart: Cart, line: CartLine, shopper: Shopper, *, in_bag: int = 0) -> None:
    """A step: keep the line's units, or under another policy only look whether there are enough.

    `in_bag` is what the line had before. Asking for no more than that is never refused for having kept
    it too long or too much: the line only is not kept then.
    Raises InsufficientStock, HoldLimitReached or HoldPaused.
    """
    refusals = hold_or_look(cart, [line], shopper)
    if line.quantity <= in_bag:
        refusals = [refusal for refusal in refusals if refusal.reason == "stock"]
    raise_refusals(refusals, in_bag=in_bag if line.quantity > in_bag else 0)


def hold_or_look(cart: Cart, lines: Sequence[CartLine], shopper: Shopper) -> list[HoldRefusal]:
    """A step: keep units for these lines where carts keep them, else compare with stock; returns what is short."""
    requests = [hold_request(cart, line, shopper) for line in lines]
    if settings.SHOP_HOLD_POLICY == "cart":
        return hold_units(requests)
    there = availability([line.variant_id for line in lines], owner=cart.public_id)
    return [
        HoldRefusal(request=request, available=there[request.variant_id].quantity, reason="stock")
        for request in requests
        if not there[request.variant_id].covers(request.quantity)
    ]


def hold_lines(cart: Cart, lines: Iterable[CartLine], shopper: Shopper) -> list[HoldRefusal]:
    """A step: keep units for all of these lines, unless nothing is ever kept; returns what was refused."""
    if settings.SHOP_HOLD_POLICY == "none":
        return []
    return hold_units([hold_request(cart, line, shopper) for line in lines])


def raise_refusals(refusals: Sequence[HoldRefusal], *, in_bag: int = 0) -> None:
    """Turn refusals into the one error that names them. Raises nothing without any."""
    short = [refusal for refusal in refusals if refusal.reason == "stock"]
    if short:
        shortages = [shortage_of(r.request.variant_id, r.request.quantity, r.available) for r in short]
        raise insufficient_stock(shortages, in_bag=in_bag)
    for refusal in refusals:
        raise HoldPaused if refusal.reason == "pause" else HoldLimitReached


def run_noting_refusals(work: Callable[[], T], *, shopper: Shopper | None = None) -> T:
    """Run a unit; when it ends for want of stock, remember on the variants that somebody wanted more.

    What the `shopper` keeps some of already does not count: nobody else wanted it.
    """
    try:
        return run_in_transaction(work)
    except InsufficientStock as error:
        own = open_carts(shopper).values_list("public_id", flat=True).first() if shopper else None
        note_refusal([line.variant_id for line in error.lines], owner=own or "")
        raise
