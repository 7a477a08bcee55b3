"""What a code does in a cart, or why it does nothing, in words."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from carts.models import Coupon, Promotion
from carts.pricing.offers import Refusal
from carts.pricing.quote import Quote
from carts.selectors import promotions
from carts.selectors.promotions import CouponFound
from shop.common.money import format_money


@dataclass(frozen=True, kw_only=True)
class CouponView:
    """The code in a cart. `problem` is "" when it takes something off, else why not; `code_of_problem` for machines."""

    code: str
    name: str = ""
    problem: str = ""
    code_of_problem: str = ""
    coupon: Coupon | None = None
    promotion: Promotion | None = None

    @property
    def is_applied(self) -> bool:
        return not self.problem


def coupon_view(found: CouponFound | None, quote: Quote) -> CouponView | None:
    """What the code did in this quote."""
    if found is None:
        return None
    code, said = _why_not(found, quote)
    name = found.promotion.name if found.promotion and found.state == promotions.READY else ""
    return CouponView(
        code=found.code,
        name=name,
        problem=said,
        code_of_problem=code,
        coupon=found.coupon,
        promotion=found.promotion,
    )


def _why_not(found: CouponFound, quote: Quote) -> tuple[str, str]:
    if found.promotion is None:
        return "coupon_unknown", _("We do not know this code. Please check how it is spelled.")
    if found.state != promotions.READY:
        return _unavailable(found.state, found.promotion)
    refusal = quote.refused.get(str(found.promotion.pk))
    return ("coupon_not_applicable", _refused(refusal, quote.currency)) if refusal else ("", "")


def _unavailable(state: str, promotion: Promotion) -> tuple[str, str]:
    starts = date_format(timezone.localtime(promotion.starts_at)) if promotion.starts_at else ""
    return {
        promotions.ENDED: ("coupon_expired", _("This code is no longer valid.")),
        promotions.NOT_YET: ("coupon_not_started", _("This code is valid from %(day)s on.") % {"day": starts}),
        promotions.USED_UP: ("coupon_used_up", _("This code has been used up.")),
        promotions.HAD: ("coupon_used_up", _("You have used this code already.")),
        promotions.NOT_FIRST: ("coupon_not_applicable", _("This code is for a first order.")),
        promotions.NOT_YOURS: ("coupon_not_applicable", _("This code is not meant for this account.")),
    }[state]


def _refused(refusal: Refusal, currency: str) -> str:
    if refusal.reason == "minimum":
        missing = format_money(refusal.missing, currency)
        return _("Your bag is %(missing)s short of what this code needs.") % {"missing": missing}
    if refusal.reason == "not_together":
        return _("This code does not go together with “%(other)s”.") % {"other": refusal.other}
    return _("This code does not fit anything in your bag.")
