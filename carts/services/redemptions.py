"""Uses of promotions and codes: taken by an order in its own unit, given back when it is cancelled."""

from __future__ import annotations

from itertools import count

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from carts.models import Cart, CartStatus, Coupon, Promotion, PromotionUse
from carts.pricing.offers import Taken
from carts.selectors.carts import CartView
from carts.selectors.customers import Customer, customer_of
from carts.services.coupons import CouponUsedUp
from shop.common.errors import Conflict


class PromotionUsedUp(Conflict):
    code = "promotion_used_up"


def redeem_step(cart: Cart, view: CartView, *, reference: str) -> None:
    """A step, late in the unit that makes an order: use what took something off the cart's total.

    Rows are taken in primary-key order, codes last. Raises PromotionUsedUp or CouponUsedUp when
    somebody else had the last use a moment ago.
    """
    if not view.quote.taken:
        return
    customer = customer_of(cart)
    coupon = view.coupon.coupon if view.coupon and view.coupon.is_applied else None
    uses = []
    for taken in sorted(view.quote.taken, key=lambda taken: int(taken.offer.key)):
        promotion = view.promotions[taken.offer.key]
        mine = coupon if coupon is not None and coupon.promotion_id == promotion.pk else None
        uses.append(_use(promotion, mine, taken, customer))
    if coupon is not None:
        _take_code(coupon)
    for use in uses:
        use.order_reference = reference
    PromotionUse.objects.bulk_create(uses)


def give_back_step(*, reference: str, cart_id: int | None) -> None:
    """A step: the order is cancelled; its promotions and codes may be used again. Done again it changes nothing."""
    uses = list(PromotionUse.objects.filter(order_reference=reference).order_by("promotion_id"))
    for use in uses:
        Promotion.objects.filter(pk=use.promotion_id, use_count__gt=0).update(use_count=F("use_count") - 1)
    for coupon_id in [use.coupon_id for use in uses if use.coupon_id is not None]:
        Coupon.objects.filter(pk=coupon_id, use_count__gt=0).update(use_count=F("use_count") - 1)
    PromotionUse.objects.filter(pk__in=[use.pk for use in uses]).delete()
    if cart_id is not None:
        Cart.objects.filter(pk=cart_id, status=CartStatus.ORDERED).update(status=CartStatus.CANCELLED)


def _use(promotion: Promotion, coupon: Coupon | None, taken: Taken, customer: Customer) -> PromotionUse:
    """Counting the use locks the promotion, so that a customer's uses can be counted without anybody between."""
    slot = None
    if promotion.is_limited:
        if not _take_use(promotion):
            raise CouponUsedUp(field="code") if coupon else _used_up(promotion)
        slot = _take_slot(promotion, coupon, customer)
    return PromotionUse(promotion=promotion, coupon=coupon, customer_key=customer.key, slot=slot, amount=taken.amount)


def _take_use(promotion: Promotion) -> bool:
    open_still = Q(total_limit=None) | Q(use_count__lt=F("total_limit"))
    return Promotion.objects.filter(open_still, pk=promotion.pk).update(use_count=F("use_count") + 1) == 1


def _take_slot(promotion: Promotion, coupon: Coupon | None, customer: Customer) -> int | None:
    most = promotion.most_per_customer
    if most is None:
        return None
    own = PromotionUse.objects.filter(promotion=promotion, customer_key__in=customer.keys)
    taken = list(own.values_list("slot", flat=True))
    if len(taken) >= most:
        raise CouponUsedUp(_("You have used this code already."), field="code") if coupon else _used_up(promotion)
    return next(number for number in count(1) if number not in taken)


def _take_code(coupon: Coupon) -> None:
    """Only a limited code is counted: others would make their users wait for each other."""
    if coupon.limit is None:
        return
    free = Coupon.objects.filter(pk=coupon.pk, is_active=True, use_count__lt=F("limit"))
    if free.update(use_count=F("use_count") + 1) != 1:
        raise CouponUsedUp(field="code")


def _used_up(promotion: Promotion) -> PromotionUsedUp:
    return PromotionUsedUp(
        _("“%(name)s” has just been used up. Please look at the total once more.") % {"name": promotion.name}
    )
