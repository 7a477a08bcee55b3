"""Codes of promotions: put into a cart and taken out again."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from carts.models import Cart
from carts.selectors.carts import Shopper, cart_lines, open_carts
from carts.selectors.coupons import CouponView, coupon_view
from carts.selectors.promotions import tidy_code
from carts.selectors.quotes import price_lines
from carts.services.open_cart import lock_cart, touch
from shop.api.limits import count_try
from shop.common.errors import InvalidInput
from shop.common.text import text_problem
from shop.common.unit import run_in_transaction, transactional

LONGEST_CODE = 40


class CouponRefused(InvalidInput):
    """The code does nothing for this cart; `error_code` is one of the classes' below."""

    code = "coupon_not_applicable"
    default_message = _("This code does not fit anything in your bag.")


class CouponUnknown(CouponRefused):
    code = "coupon_unknown"
    default_message = _("We do not know this code. Please check how it is spelled.")


class CouponExpired(CouponRefused):
    code = "coupon_expired"


class CouponNotStarted(CouponRefused):
    code = "coupon_not_started"


class CouponUsedUp(CouponRefused):
    code = "coupon_used_up"
    default_message = _("This code has been used up.")


REFUSALS = {kind.code: kind for kind in (CouponRefused, CouponUnknown, CouponExpired, CouponNotStarted, CouponUsedUp)}


def apply_coupon(*, shopper: Shopper, code: str) -> Cart:
    """Put a code into the shopper's cart, in place of another; what it takes off is in `cart_view`.

    Raises TooManyRequests after too many tries, CouponUnknown, CouponExpired, CouponNotStarted,
    CouponUsedUp, and CouponRefused when it takes nothing off this cart: nothing changes then.
    """
    count_try("cart", who_tries(shopper), "coupon")
    tidy = tidy_code(code)
    if not tidy:
        raise InvalidInput(_("Please enter a code."), field="code", code="required")
    if text_problem(tidy, longest=LONGEST_CODE):
        raise CouponUnknown(field="code")
    return run_in_transaction(lambda: _apply(shopper, tidy))


@transactional
def remove_coupon(*, shopper: Shopper) -> Cart:
    """Take the code out of the shopper's cart; without one nothing changes. Raises NotFound without a cart."""
    cart = lock_cart(shopper)
    return _keep(cart, "")


def refusal_of(view: CouponView) -> CouponRefused:
    """The error that says why a code does nothing."""
    return REFUSALS[view.code_of_problem](view.problem, field="code")


def _apply(shopper: Shopper, code: str) -> Cart:
    cart = open_carts(shopper).select_for_update().first()
    lines = cart_lines(cart)
    if cart is None or not lines:
        raise CouponRefused(_("Your bag is empty. Please put something in first."), field="code")
    cart.coupon_code = code
    priced = price_lines(cart, lines)
    view = coupon_view(priced.offers.coupon, priced.quote)
    if view is None or view.problem:
        raise refusal_of(view) if view else CouponUnknown(field="code")
    return _keep(cart, view.code)


def _keep(cart: Cart, code: str) -> Cart:
    cart.coupon_code = code
    cart.save(update_fields=["coupon_code"])
    touch(cart)
    return cart


def who_tries(shopper: Shopper) -> str:
    """A guest counts by address: a new cart is no new start."""
    if shopper.user_id is not None:
        return f"user:{shopper.user_id}"
    return shopper.client_address or shopper.cart_id
