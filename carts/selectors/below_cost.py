"""What would be sold below cost if a promotion ran together with the others: a warning for staff."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from django.conf import settings
from django.db.models import ExpressionWrapper, F, FloatField, QuerySet
from django.utils import timezone

from carts.models import CartLine, Promotion, PromotionScope
from carts.pricing.offers import Offer
from carts.pricing.quote import PriceLine, price_cart
from carts.selectors.promotions import Matcher, offer_of, running
from carts.selectors.tax import tax_percents
from catalog.models import ProductStatus, Variant
from shop.common.money import ZERO, round_money

MOST_LOOKED_AT = 500
MOST_CODES = 20
MOST_UNITS = 1000


@dataclass(frozen=True, kw_only=True)
class BelowCost:
    """Of `quantity` units together each brings `brings`, without tax, and cost `cost`. `offers` are at work."""

    variant: Variant
    quantity: int
    brings: Decimal
    cost: Decimal
    offers: tuple[str, ...]


def below_cost(promotion: Promotion) -> list[BelowCost]:
    """The variants that `promotion`, with the automatic ones and one code, sells below cost; each once.

    Looked at are those with the thinnest margin, of which the cost is known; goods alone in a bag, in the
    smallest number that earns the promotion. It is a warning, not a proof.
    """
    if promotion.kind == "free_shipping":
        return []
    combinations = _combinations(promotion)
    percents = tax_percents(country=settings.SHOP_COUNTRY) if settings.SHOP_PRICES_INCLUDE_TAX else {}
    variants = list(_thin_margins(promotion)[:MOST_LOOKED_AT])
    lines = [CartLine(public_id=str(variant.pk), variant=variant, quantity=1) for variant in variants]
    found: dict[int, BelowCost] = {}
    for combination in combinations:
        matcher = Matcher(combination, lines)
        offers = [offer_of(one, matcher.keys(one)) for one in combination]
        for line in lines:
            percent = percents.get(line.variant.product.tax_class, ZERO)
            if line.variant.pk not in found and (loss := _loss(line, offers, promotion, percent)):
                found[line.variant.pk] = loss
    return list(found.values())


def _combinations(promotion: Promotion) -> list[list[Promotion]]:
    """What can meet in one bag: all automatic ones for the same customers, and one code."""
    others = running(timezone.now()).exclude(pk=promotion.pk)
    alike = [one for one in others.filter(needs_code=False) if one.group_id in (None, promotion.group_id)]
    if promotion.needs_code:
        return [_in_order([*alike, promotion])]
    codes = list(others.filter(needs_code=True)[:MOST_CODES])
    return [_in_order([*alike, promotion]), *(_in_order([*alike, promotion, code]) for code in codes)]


def _in_order(promotions: list[Promotion]) -> list[Promotion]:
    return sorted(promotions, key=lambda one: (one.priority, not one.needs_code, one.pk))


def _thin_margins(promotion: Promotion) -> QuerySet[Variant]:
    variants = Variant.objects.filter(
        cost__gt=0, price__gt=0, is_active=True, archived_at=None, product__status=ProductStatus.ACTIVE
    )
    if promotion.scope == PromotionScope.PRODUCT:
        variants = variants.filter(product__in=promotion.products.all())
    elif promotion.scope == PromotionScope.TAG:
        variants = variants.filter(product__tags__in=promotion.tags.all()).distinct()
    margin = ExpressionWrapper(F("cost") * 1.0 / F("price"), output_field=FloatField())
    return variants.select_related("product__category").annotate(margin=margin).order_by("-margin", "pk")


def _loss(line: CartLine, offers: Sequence[Offer], promotion: Promotion, percent: Decimal) -> BelowCost | None:
    cost = line.variant.cost or ZERO
    for quantity in sorted(set(_quantities(line.variant.price, promotion))):
        priced = PriceLine(key=line.public_id, unit_price=line.variant.price, quantity=quantity, tax_percent=percent)
        quote = price_cart(
            [priced],
            shipping=None,
            currency=settings.SHOP_CURRENCY,
            prices_include_tax=settings.SHOP_PRICES_INCLUDE_TAX,
            offers=offers,
        )
        tax = quote.tax if settings.SHOP_PRICES_INCLUDE_TAX else ZERO
        brings = (quote.lines[0].total - tax) / quantity
        names = tuple(taken.offer.name for taken in quote.taken)
        if brings < cost and any(taken.offer.key == str(promotion.pk) for taken in quote.taken):
            brings = round_money(brings)
            return BelowCost(variant=line.variant, quantity=quantity, brings=brings, cost=cost, offers=names)
    return None


def _quantities(price: Decimal, promotion: Promotion) -> Iterator[int]:
    """One, what earns the promotion, and what reaches each of its tiers."""
    spend = [promotion.minimum_spend or ZERO]
    yield min(MOST_UNITS, max(1, promotion.buy_quantity + promotion.get_quantity))
    for tier in promotion.tiers.all():
        if promotion.tier_basis == "units":
            yield min(MOST_UNITS, max(1, int(tier.threshold.to_integral_value(ROUND_CEILING))))
        else:
            spend.append(tier.threshold)
    for amount in spend:
        yield min(MOST_UNITS, max(1, int((amount / price).to_integral_value(ROUND_CEILING))))
