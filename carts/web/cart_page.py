"""The cart's page: what it shows, and the two things that looking at it does.

Holds that have ended are taken up again, and a change of price counts as told once it was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from carts.selectors.carts import CartView, LineView
from carts.selectors.sums import sum_rows
from carts.services.items import accept_prices
from carts.services.look_at_cart import look_at_cart
from carts.web.coupon_form import CouponForm
from carts.web.forms import DestinationForm
from carts.web.shopper import shopper_of
from catalog.models import Product
from catalog.selectors.listing import shown_products
from catalog.selectors.stock import hold_length
from shop.common.errors import NotFound

REMOVED_KEY = "removed_from_cart"
GOODS_BELOW = 4


@dataclass(frozen=True, kw_only=True)
class Refused:
    """What could not be done: `id` of the line or saved line it is about, what was typed, what to say."""

    id: str
    message: str
    typed: str = ""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line on the page. `unheld` says why nothing is kept for it: "pause", "address", or "" where something is."""

    shown: LineView
    quantity: str
    refused: str
    unheld: str


@dataclass(frozen=True, kw_only=True)
class HoldClock:
    """For the sentence, the meter and the script that counts down."""

    ends_at: Any
    seconds: int
    seconds_in_all: int

    @property
    def minutes(self) -> int:
        return max(1, round(self.seconds / 60))


def cart_page(
    request: HttpRequest,
    *,
    refused: Refused | None = None,
    form: DestinationForm | None = None,
    coupon_form: CouponForm | None = None,
) -> HttpResponse:
    """The page as it is now; with `refused` or a form that was not accepted, saying so."""
    shopper = shopper_of(request)
    looked = look_at_cart(shopper, count_missing=False)
    view = looked.view
    context = {
        "view": view,
        "rows": [_row(shown, refused, looked.unheld) for shown in view.lines],
        "refused": refused,
        "problems": [shown for shown in view.lines if shown.problem],
        "clock": _clock(view),
        "form": form or DestinationForm(view=view),
        "coupon_form": coupon_form or CouponForm(),
        "sums": sum_rows(view),
        "removed": request.session.pop(REMOVED_KEY, None),
        "goods": _goods_below() if view.is_empty else [],
    }
    response = render(request, "carts/cart.html", context)
    changed = {shown.line.public_id: shown.priced.unit_price for shown in view.lines if shown.price_changed}
    if changed:
        with suppress(NotFound):  # ordered in another window meanwhile
            accept_prices(shopper=shopper, shown=changed)
    return response


def _row(shown: LineView, refused: Refused | None, unheld: Mapping[int, str]) -> Row:
    mine = refused if refused and refused.id == shown.line.public_id else None
    return Row(
        shown=shown,
        quantity=mine.typed if mine and mine.typed else str(shown.line.quantity),
        refused=mine.message if mine else "",
        unheld=unheld.get(shown.line.variant_id, ""),
    )


def _clock(view: CartView) -> HoldClock | None:
    if view.holds_expire_at is None:
        return None
    left: timedelta = view.holds_expire_at - timezone.now()
    return HoldClock(
        ends_at=view.holds_expire_at,
        seconds=max(0, int(left.total_seconds())),
        seconds_in_all=int(hold_length().total_seconds()),
    )


def _goods_below() -> list[Product]:
    """An empty bag is no dead end."""
    return list(shown_products().filter(in_stock=True).order_by("-popularity", "-id")[:GOODS_BELOW])
