"""A cart as its shopper sees it: lines with availability and holds, ways of delivery, totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from django.conf import settings
from django.db.models import Prefetch, QuerySet, Sum

from carts.models import Cart, CartLine, CartStatus, Promotion, SavedLine
from carts.pricing.quote import PricedLine, Quote
from carts.selectors.coupons import CouponView, coupon_view
from carts.selectors.holds import CartHold, holds_of_cart
from carts.selectors.quotes import price_lines
from carts.selectors.shipping import ShippingOption
from catalog.models import ProductStatus, VariantOption
from catalog.selectors.stock import Availability, availability
from shop.common.ids import token_hash


@dataclass(frozen=True, kw_only=True)
class Shopper:
    """Who a cart belongs to: a customer by `user_id`, else a guest by the cart's public id.

    `client_address` is where the request came from; it counts against a guest's holds. `fresh_token` is
    what a guest's cart will be known by that has still to be made, for clients that keep no session.
    `actor_id` is who acts for the customer, where it is not they themselves: each change is recorded.
    """

    user_id: int | None = None
    cart_id: str = ""
    client_address: str = ""
    fresh_token: str = field(default="", repr=False)
    actor_id: int | None = None

    @property
    def is_guest(self) -> bool:
        return self.user_id is None


class Problem(StrEnum):
    """Why a line cannot be ordered as it is."""

    GONE = "gone"  # no longer for sale
    SOLD_OUT = "sold_out"
    HELD = "held"  # all that is left is in other carts
    FEW = "few"  # less is left than the line asks for


@dataclass(frozen=True, kw_only=True)
class LineView:
    """`held_until` is None when nothing is kept; `availability` counts what this cart keeps as its own."""

    line: CartLine
    priced: PricedLine
    availability: Availability
    held_until: datetime | None
    is_for_sale: bool

    @property
    def price_changed(self) -> bool:
        return self.line.price_seen != self.priced.unit_price

    @property
    def price_change(self) -> Decimal:
        """By how much, up or down."""
        return abs(self.line.price_seen - self.priced.unit_price)

    @property
    def price_went_down(self) -> bool:
        return self.priced.unit_price < self.line.price_seen

    @property
    def before(self) -> Decimal | None:
        """The whole line at the price before the reduction, if there is one."""
        variant = self.line.variant
        return (
            variant.compare_at_price * self.line.quantity if variant.is_on_sale and variant.compare_at_price else None
        )

    @property
    def most(self) -> int:
        """How many one may ask for."""
        limit: int = settings.SHOP_MAX_PER_LINE
        return limit if self.availability.unlimited else min(limit, max(1, self.availability.quantity))

    @property
    def problem(self) -> Problem | None:
        if not self.is_for_sale:
            return Problem.GONE
        if self.availability.covers(self.line.quantity):
            return None
        if self.availability.is_available:
            return Problem.FEW
        return Problem.HELD if self.availability.is_merely_held else Problem.SOLD_OUT

    @property
    def can_be_ordered(self) -> bool:
        return self.problem is None

    @property
    def is_missing(self) -> bool:
        """Whether nothing at all can be had of it."""
        return self.problem not in (None, Problem.FEW)


@dataclass(frozen=True, kw_only=True)
class CartView:
    """`shipping_method` is the chosen option, or None while none fits the destination.

    `holds_expire_at` is when the first of the cart's holds ends; with `can_extend` asking keeps them longer.
    `coupon` is the code in the cart and what it does; `promotions` those offered, by the keys in `quote.taken`.
    """

    cart: Cart | None
    lines: tuple[LineView, ...]
    saved: tuple[SavedLine, ...]
    quote: Quote
    country: str
    shipping_options: tuple[ShippingOption, ...]
    shipping_method: ShippingOption | None
    holds_expire_at: datetime | None
    can_extend: bool
    coupon: CouponView | None = None
    promotions: Mapping[str, Promotion] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not self.lines

    @property
    def item_count(self) -> int:
        return sum(view.line.quantity for view in self.lines)

    @property
    def wants_holds(self) -> bool:
        """Whether something that could be kept is not."""
        return settings.SHOP_HOLD_POLICY == "cart" and any(
            view.can_be_ordered and view.held_until is None for view in self.lines
        )

    @property
    def can_be_ordered(self) -> bool:
        return bool(self.lines) and all(view.can_be_ordered for view in self.lines)


def open_carts(shopper: Shopper) -> QuerySet[Cart]:
    """The one open cart of this shopper, as a queryset: the only way to a cart."""
    carts = Cart.objects.filter(status=CartStatus.OPEN)
    if shopper.user_id is not None:
        return carts.filter(open_for_id=shopper.user_id)
    if not shopper.cart_id:
        return carts.none()
    return carts.filter(public_id=shopper.cart_id, user=None)


def cart_of_token(token: str) -> Cart | None:
    """The guest's cart that was given this token, open or not."""
    return Cart.objects.filter(token_hash=token_hash(token), user=None).first() if token else None


def saved_lines(shopper: Shopper) -> QuerySet[SavedLine]:
    """What this shopper has put aside, with what is shown of it."""
    options = Prefetch("variant__chosen", VariantOption.objects.select_related("option", "value"))
    related = ("variant__product__main_image", "variant__image")
    return SavedLine.objects.filter(cart__in=open_carts(shopper)).select_related(*related).prefetch_related(options)


def bag_count(shopper: Shopper) -> int:
    """Units in the bag, for the header. One query, none for a guest without a cart."""
    if shopper.is_guest and not shopper.cart_id:
        return 0
    lines = CartLine.objects.filter(cart__in=open_carts(shopper))
    return lines.aggregate(units=Sum("quantity"))["units"] or 0


def cart_view(shopper: Shopper, *, count_missing: bool = True) -> CartView:
    """Everything a page shows of the shopper's cart; empty when there is none.

    Without `count_missing` the sums leave out lines of which nothing can be had. Such sums are only
    for looking at: a line may be there again a moment later, so orders are priced with all lines.
    """
    return view_of(open_carts(shopper).first(), count_missing=count_missing)


def view_of(cart: Cart | None, *, count_missing: bool = True) -> CartView:
    """The view of one cart, in a number of queries that does not depend on its lines."""
    lines = cart_lines(cart)
    holds = holds_of_cart(cart)
    priced = price_lines(cart, lines)
    shown = _line_views(cart, lines, priced.quote, holds)
    missing = {view.line.pk for view in shown if view.is_missing}
    if missing and not count_missing:
        priced = price_lines(cart, [line for line in lines if line.pk not in missing])
    return CartView(
        cart=cart,
        lines=shown,
        saved=tuple(_saved_lines(cart)),
        quote=priced.quote,
        country=priced.country,
        shipping_options=priced.shipping_options,
        shipping_method=priced.shipping_method,
        holds_expire_at=min((hold.expires_at for hold in holds.values()), default=None),
        can_extend=any(hold.can_be_extended for hold in holds.values()),
        coupon=coupon_view(priced.offers.coupon, priced.quote),
        promotions=priced.offers.promotions,
    )


def cart_lines(cart: Cart | None) -> list[CartLine]:
    """The lines with what is shown and priced of them. Two queries."""
    if cart is None:
        return []
    related = ("variant__product__main_image", "variant__product__category", "variant__image", "variant__stock")
    options = Prefetch("variant__chosen", VariantOption.objects.select_related("option", "value"))
    return list(cart.lines.select_related(*related).prefetch_related(options))


def _line_views(
    cart: Cart | None, lines: Sequence[CartLine], quote: Quote, holds: dict[int, CartHold]
) -> tuple[LineView, ...]:
    if cart is None:
        return ()
    available = availability([line.variant_id for line in lines], owner=cart.public_id)
    priced = {line.key: line for line in quote.lines}
    return tuple(
        LineView(
            line=line,
            priced=priced[line.public_id],
            availability=available[line.variant_id],
            held_until=holds[line.variant_id].expires_at if line.variant_id in holds else None,
            is_for_sale=is_for_sale(line),
        )
        for line in lines
    )


def is_for_sale(line: CartLine) -> bool:
    variant = line.variant
    return variant.is_active and variant.archived_at is None and variant.product.status == ProductStatus.ACTIVE


def _saved_lines(cart: Cart | None) -> list[SavedLine]:
    if cart is None:
        return []
    return list(cart.saved_lines.select_related("variant__product__main_image", "variant__image"))
