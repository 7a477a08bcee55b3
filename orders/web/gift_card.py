"""A gift card before the order is confirmed: what it would pay."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.http import HttpRequest

from carts.selectors.carts import Shopper
from carts.services.coupons import who_tries
from carts.services.gift_cards import count_card_try, usable_card
from orders.services.gift_card_payment import card_share
from orders.web.checkout_form import CheckoutForm
from shop.common.errors import ShopError
from shop.common.ids import token_hash

TYPED = "gift_card_typed"


@dataclass(frozen=True, kw_only=True)
class ShownCard:
    """`problem` says why the code does nothing; `share` is what the card would pay, `left` stays on it."""

    last_four: str = ""
    share: Decimal = Decimal(0)
    left: Decimal = Decimal(0)
    problem: str = ""


def shown_card(request: HttpRequest, form: CheckoutForm, shopper: Shopper, total: Decimal) -> ShownCard | None:
    """The card that was typed, or None where none was."""
    code = str(form["gift_card"].value() or "").strip()
    if not code:
        return None
    try:
        _count_unless_known(request, shopper, code)
        card = usable_card(code)
    except ShopError as error:
        return ShownCard(problem="" if form.errors.get("gift_card") else str(error.message))
    share = card_share(card, total)
    return ShownCard(last_four=card.last_four, share=share, left=card.balance - share)


def _count_unless_known(request: HttpRequest, shopper: Shopper, code: str) -> None:
    """A code counts as a guess when it is typed, not each time the page is priced again with it."""
    typed = token_hash(f"typed-gift-card:{code}")
    if request.session.get(TYPED) != typed:
        count_card_try(who_tries(shopper))
        request.session[TYPED] = typed
