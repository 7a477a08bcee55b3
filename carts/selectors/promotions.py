"""Which promotions a cart may have, as offers for pricing. A shop has few of them: read whole, chosen in Python."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from carts.models import Cart, CartLine, Coupon, Promotion, PromotionScope, PromotionUse
from carts.pricing.offers import Offer, Tier
from carts.selectors.customers import Customer, customer_of, has_ordered
from catalog.models import Product

READY, UNKNOWN, ENDED, NOT_YET = "ready", "unknown", "ended", "not_yet"
USED_UP, HAD, NOT_FIRST, NOT_YOURS = "used_up", "had", "not_first", "not_yours"


@dataclass(frozen=True, kw_only=True)
class CouponFound:
    """The code of a cart. `state` is "ready", or why the shopper cannot have it; `promotion` None: no such code."""

    code: str
    state: str
    promotion: Promotion | None = None
    coupon: Coupon | None = None


@dataclass(frozen=True, kw_only=True)
class Offers:
    """In the order in which they are applied; `promotions` by the key of their offer."""

    offers: tuple[Offer, ...] = ()
    promotions: Mapping[str, Promotion] = field(default_factory=dict)
    coupon: CouponFound | None = None


def offers_for(cart: Cart | None, lines: Sequence[CartLine]) -> Offers:
    """What the cart's shopper may have now: automatic promotions, and that of the code in the cart.

    One query where there are no promotions; else a number that does not depend on lines.
    """
    if cart is None or not lines:
        return Offers()
    now, terms = timezone.now(), Terms(cart)
    coupon = _coupon(cart.coupon_code, terms, now) if cart.coupon_code else None
    allowed = [promotion for promotion in running(now).filter(needs_code=False) if terms.state(promotion) == READY]
    if coupon is not None and coupon.state == READY and coupon.promotion and coupon.promotion not in allowed:
        allowed.append(coupon.promotion)
    allowed.sort(key=lambda promotion: (promotion.priority, not promotion.needs_code, promotion.pk))
    matcher = Matcher(allowed, lines)
    return Offers(
        offers=tuple(offer_of(promotion, matcher.keys(promotion)) for promotion in allowed),
        promotions={str(promotion.pk): promotion for promotion in allowed},
        coupon=coupon,
    )


def running(now: datetime) -> QuerySet[Promotion]:
    """Promotions that are switched on and within their dates, with all that pricing needs of them."""
    started = Q(starts_at=None) | Q(starts_at__lte=now)
    not_over = Q(ends_at=None) | Q(ends_at__gt=now)
    return whole(Promotion.objects.filter(started, not_over, is_active=True))


def whole(promotions: QuerySet[Promotion]) -> QuerySet[Promotion]:
    return promotions.prefetch_related("tiers", "categories", "products", "tags")


def find_coupon(code: str, cart: Cart) -> CouponFound:
    """The code, whatever its case, and whether this cart's shopper may use it now."""
    return _coupon(code, Terms(cart), timezone.now())


def tidy_code(typed: str) -> str:
    """As codes are stored: capitals, without blanks around and within."""
    return "".join(typed.split()).upper()


def _coupon(code: str, terms: Terms, now: datetime) -> CouponFound:
    coupon = Coupon.objects.filter(code=tidy_code(code), is_active=True, promotion__is_active=True).first()
    if coupon is None:
        return CouponFound(code=tidy_code(code), state=UNKNOWN)
    promotion = whole(Promotion.objects.all()).get(pk=coupon.promotion_id)
    state = _dates(promotion, now) or terms.state(promotion)
    if state == READY and coupon.limit is not None and coupon.use_count >= coupon.limit:
        state = USED_UP
    return CouponFound(code=coupon.code, state=state, promotion=promotion, coupon=coupon)


class Terms:
    """Whether a cart's customer may have a promotion. Each fact about them is asked for once, if at all."""

    def __init__(self, cart: Cart) -> None:
        self._cart = cart

    @cached_property
    def customer(self) -> Customer:
        return customer_of(self._cart)

    @cached_property
    def has_ordered(self) -> bool:
        return has_ordered(self.customer, besides=self._cart)

    @cached_property
    def uses(self) -> dict[int, int]:
        """How often the customer has used each promotion."""
        own = PromotionUse.objects.filter(customer_key__in=self.customer.keys).order_by()
        return dict(own.values_list("promotion_id").annotate(uses=Count("pk")))

    def state(self, promotion: Promotion) -> str:
        if promotion.total_limit is not None and promotion.use_count >= promotion.total_limit:
            return USED_UP
        if promotion.group_id is not None and promotion.group_id != self.customer.group_id:
            return NOT_YOURS
        if promotion.first_order_only and self.has_ordered:
            return NOT_FIRST
        most = promotion.most_per_customer
        if most is not None and self.uses.get(promotion.pk, 0) >= most:
            return NOT_FIRST if promotion.first_order_only else HAD
        return READY


def offer_of(promotion: Promotion, line_keys: frozenset[str] | None) -> Offer:
    return Offer(
        key=str(promotion.pk),
        name=promotion.name,
        kind=promotion.kind,  # type: ignore[arg-type]  # the choices are the offer's kinds
        value=promotion.value,
        line_keys=line_keys,
        buy_quantity=promotion.buy_quantity,
        get_quantity=promotion.get_quantity,
        tiers=tuple(Tier(threshold=tier.threshold, value=tier.value) for tier in promotion.tiers.all()),
        tiers_count_units=promotion.tier_basis == "units",
        tiers_give_amount=promotion.tier_gives == "amount",
        minimum_spend=promotion.minimum_spend or None,
        stackable=promotion.stackable,
    )


class Matcher:
    """Which lines a promotion is about. Tags are asked for once, and only where one goes by tags."""

    def __init__(self, promotions: Collection[Promotion], lines: Sequence[CartLine]) -> None:
        self._lines = lines
        by_tag = any(promotion.scope == PromotionScope.TAG for promotion in promotions)
        self._tags = _tags_of({line.variant.product_id for line in lines}) if by_tag else {}

    def keys(self, promotion: Promotion) -> frozenset[str] | None:
        if promotion.scope == PromotionScope.ORDER:
            return None
        fits = self._test(promotion)
        return frozenset(line.public_id for line in self._lines if fits(line))

    def _test(self, promotion: Promotion) -> Callable[[CartLine], bool]:
        if promotion.scope == PromotionScope.PRODUCT:
            products = {product.pk for product in promotion.products.all()}
            return lambda line: line.variant.product_id in products
        if promotion.scope == PromotionScope.TAG:
            tags = {tag.pk for tag in promotion.tags.all()}
            return lambda line: not tags.isdisjoint(self._tags.get(line.variant.product_id, ()))
        paths = tuple(category.path for category in promotion.categories.all())
        return lambda line: _is_below(line, paths)


def _is_below(line: CartLine, paths: tuple[str, ...]) -> bool:
    category = line.variant.product.category
    return category is not None and category.path.startswith(paths) if paths else False


def _tags_of(product_ids: Iterable[int]) -> dict[int, set[int]]:
    chosen = Product.tags.through.objects.filter(product_id__in=product_ids)
    found: dict[int, set[int]] = {}
    for product_id, tag_id in chosen.values_list("product_id", "tag_id"):
        found.setdefault(product_id, set()).add(tag_id)
    return found


def _dates(promotion: Promotion, now: datetime) -> str:
    if promotion.ends_at is not None and promotion.ends_at <= now:
        return ENDED
    return NOT_YET if promotion.starts_at is not None and promotion.starts_at > now else ""
