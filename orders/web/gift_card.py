"""A gift card before the order is confirmed: what it would pay."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from carts.selectors.carts import Shopper
from carts.services.coupons import who_tries
from carts.services.gift_cards import count_card_try, usable_card
from orders.services.gift_card_payment import card_share
from orders.web.checkout_form import CheckoutForm
from shop.common.errors import ShopError


@dataclass(frozen=True, kw_only=True)
class ShownCard:
    """`problem` says why the code does nothing; `share` is what the card would pay, `left` stays on it."""

    last_four: str = ""
    share: Decimal = Decimal(0)
    left: Decimal = Decimal(0)
    problem: str = ""


def shown_card(form: CheckoutForm, shopper: Shopper, total: Decimal) -> ShownCard | None:
    """The card that was typed, or None where none was."""
    code = str(form["gift_card"].value() or "").strip()
    if not code:
        return None
    try:
        count_card_try(who_tries(shopper))
        card = usable_card(code)
    except ShopError as error:
        return ShownCard(problem="" if form.errors.get("gift_card") else str(error.message))
    share = card_share(card, total)
    return ShownCard(last_four=card.last_four, share=share, left=card.balance - share)
