"""What a promotion must be to work, and its codes. The admin calls these."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from carts.models import Coupon, Promotion, PromotionKind, PromotionScope, PromotionUse
from carts.selectors.promotions import tidy_code
from carts.services.coupons import LONGEST_CODE
from shop.common.errors import InvalidInput, Message, NotFound
from shop.common.ids import READABLE
from shop.common.text import text_problem
from shop.common.unit import transactional

MOST_CODES = 10_000
CODE_LENGTH = 10
IN_PERCENT = frozenset({PromotionKind.PERCENT, PromotionKind.BUY_X_GET_Y})
CHOSEN = {
    PromotionScope.CATEGORY: "categories",
    PromotionScope.PRODUCT: "products",
    PromotionScope.TAG: "tags",
}


def check_promotion(values: Mapping[str, Any]) -> None:
    """Raise InvalidInput that says everything about these fields of a promotion that would not work."""
    problems = {**_worth(values), **_when(values), **_limits(values)}
    chosen = CHOSEN.get(values.get("scope", ""))
    if chosen and not values.get(chosen):
        problems[chosen] = _("Please choose what it is about.")
    if problems:
        raise InvalidInput(fields={field: [message] for field, message in problems.items()})


def check_tiers_step(promotion: Promotion) -> None:
    """A step, when the tiers are stored. Raises InvalidInput for tiers that would not work."""
    tiers = list(promotion.tiers.all())
    if promotion.kind == PromotionKind.TIERS and not tiers:
        raise InvalidInput(_("Please add at least one tier below."), field="kind")
    if promotion.tier_gives == "percent" and any(tier.value > 100 for tier in tiers):
        raise InvalidInput(_("A tier can take off at most 100 percent."), field="tier_gives")


def recount_step(promotion: Promotion) -> None:
    """A step, after a promotion or its codes were edited: uses are counted where they are limited only."""
    Promotion.objects.filter(pk=promotion.pk).update(use_count=F("use_count"))  # lock: nobody counts meanwhile
    used = PromotionUse.objects.filter(promotion=promotion).count()
    if promotion.total_limit is not None and used > promotion.total_limit:
        raise InvalidInput(_("It was used %(used)d times already.") % {"used": used}, field="total_limit")
    Promotion.objects.filter(pk=promotion.pk).update(use_count=used)
    for coupon in promotion.coupons.filter(limit__isnull=False, batch=""):
        mine = PromotionUse.objects.filter(coupon=coupon).count()
        Coupon.objects.filter(pk=coupon.pk).update(use_count=mine)


def clean_code(typed: str) -> str:
    """A code as it is stored. Raises InvalidInput for one that nobody could type."""
    code = tidy_code(typed)
    problem = text_problem(code, longest=LONGEST_CODE)
    if problem or not code:
        raise InvalidInput(problem or _("Please enter a code."), field="code")
    return code


@transactional
def make_codes(*, promotion_id: int, count: int, batch: str, start: str = "") -> list[str]:
    """Make `count` (1 to 10,000) codes for single use that nobody can guess. Returns them. Raises InvalidInput."""
    promotion = Promotion.objects.select_for_update().filter(pk=promotion_id).first()
    if promotion is None:
        raise NotFound
    start = tidy_code(start)
    if not 1 <= count <= MOST_CODES:
        raise InvalidInput(_("Between 1 and %(most)d codes at once.") % {"most": MOST_CODES}, field="count")
    if text_problem(start, longest=LONGEST_CODE - CODE_LENGTH):
        raise InvalidInput(_("Please use a shorter start."), field="start")
    if not batch.strip() or text_problem(batch, longest=80):
        raise InvalidInput(_("Please give the batch a name of at most 80 characters."), field="batch")
    codes = {start + _random_code() for _ in range(count)}
    while len(codes) < count:
        codes.add(start + _random_code())
    coupons = [Coupon(code=code, promotion=promotion, batch=batch.strip(), limit=1) for code in sorted(codes)]
    Coupon.objects.bulk_create(coupons, batch_size=1000)
    Promotion.objects.filter(pk=promotion.pk).update(needs_code=True)
    return sorted(codes)


@transactional
def switch_off_codes(*, coupon_ids: Collection[int]) -> int:
    """Nobody can use these codes any more. Returns how many could before."""
    return Coupon.objects.filter(pk__in=coupon_ids, is_active=True).update(is_active=False)


def _random_code() -> str:
    """50 bits: ten readable characters."""
    return "".join(secrets.choice(READABLE) for _ in range(CODE_LENGTH))


def _worth(values: Mapping[str, Any]) -> dict[str, Message]:
    kind, value = values.get("kind"), values.get("value")
    if value is None or kind in (PromotionKind.FREE_SHIPPING, PromotionKind.TIERS):
        return {}
    problems: dict[str, Message] = {}
    if kind in IN_PERCENT and not 0 < value <= 100:
        problems["value"] = _("Please enter percent, from 1 to 100. 100 makes it free.")
    if kind == PromotionKind.AMOUNT and value <= 0:
        problems["value"] = _("Please enter an amount.")
    if kind == PromotionKind.BUY_X_GET_Y:
        for field in ("buy_quantity", "get_quantity"):
            if (values.get(field) or 0) < 1:
                problems[field] = _("Please enter how many.")
    return problems


def _when(values: Mapping[str, Any]) -> dict[str, Message]:
    starts: datetime | None = values.get("starts_at")
    ends: datetime | None = values.get("ends_at")
    if starts is not None and ends is not None and ends <= starts:
        return {"ends_at": _("It would end before it starts.")}
    return {}


def _limits(values: Mapping[str, Any]) -> dict[str, Message]:
    few = [name for name in ("total_limit", "customer_limit") if (limit := values.get(name)) is not None and limit < 1]
    return {name: _("Please enter 1 or more, or nothing for no limit.") for name in few}
