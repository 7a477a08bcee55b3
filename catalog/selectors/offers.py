"""The variants of a product as they can be bought at this moment."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import IntegerField, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from catalog.models import OptionValue, Product, StockHold, Variant
from catalog.search.version import NO_VERSION, Version
from catalog.selectors.stock import Availability, live_holds
from shop.common.kept_query import KeptQuery, Later

# Asked before each repeated view of a product's page: making it anew by the ORM would cost more than the view.
# The catalogue's one version comes with every row, and alone where nothing is for sale.
NOW = """
    SELECT version.lineage, version.number,
        stock.variant_id, stock.on_hand, stock.committed, stock.tracked, stock.allow_backorder, stock.low_at,
        (SELECT COALESCE(SUM(hold.quantity), 0) FROM catalog_stockhold hold
         WHERE hold.variant_id = stock.variant_id AND hold.quantity > 0 AND hold.expires_at > %s)
    FROM catalog_catalogueversion version
    LEFT JOIN catalog_variant variant
        ON variant.product_id = %s AND variant.is_active AND variant.archived_at IS NULL
    LEFT JOIN catalog_stock stock ON stock.variant_id = variant.id
    ORDER BY stock.variant_id
"""


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One variant: what it costs, how many can be had now. `value_ids` are its options' values."""

    variant: Variant
    availability: Availability
    low_at: int
    value_ids: frozenset[int]

    @property
    def id(self) -> int:
        return self.variant.pk

    @property
    def price(self) -> Decimal:
        return self.variant.price

    @property
    def is_sold_out(self) -> bool:
        """Whether nothing is left to sell; what merely lies in carts may come back."""
        return not self.availability.unlimited and self.availability.sellable < 1

    @property
    def is_low(self) -> bool:
        return not self.availability.unlimited and 0 < self.availability.quantity <= self.low_at

    @property
    def is_backorder(self) -> bool:
        """Whether it can be bought although none is there."""
        return self.variant.stock.tracked and self.availability.unlimited and self.availability.quantity < 1

    @property
    def most(self) -> int:
        """How many one may ask for at once."""
        most: int = settings.SHOP_MAX_PER_LINE
        return most if self.availability.unlimited else min(most, max(1, self.availability.quantity))


@dataclass(frozen=True)
class ProductStock:
    """What of a product's offers changes without a new version of the catalogue, as it was when they were read."""

    product_id: int
    rows: tuple[tuple[int | None, ...], ...]

    def now(self) -> tuple[Version, bool]:
        """The catalogue's version, and whether nothing was sold, put into a bag or given back since. One query."""
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(NOW, [now, self.product_id])
            rows = cursor.fetchall()
        stock = tuple(tuple(_whole(number) for number in row[2:]) for row in rows if row[2] is not None)
        return (rows[0][0], rows[0][1]) if rows else NO_VERSION, stock == self.rows


@dataclass(frozen=True, kw_only=True)
class OptionChoice:
    """An option of a product with the values its variants have."""

    id: int
    name: str
    values: list[OptionValue]

    @property
    def field(self) -> str:
        """The name under which a form sends the value's id."""
        return f"option_{self.id}"


def offers_of(product: Product, pairs: Iterable[tuple[int, OptionValue]]) -> tuple[list[Offer], list[OptionChoice]]:
    """What can be bought of `product`, by position, and the options to choose by. One query.

    `pairs` are the values its variants have, as `belongings` knows them.
    """
    variants = _variants(product=product.pk, now=timezone.now())
    chosen: dict[int, set[int]] = defaultdict(set)
    values: dict[int, OptionValue] = {}
    shown = {variant.pk for variant in variants}
    for variant_id, value in pairs:
        if variant_id in shown:
            chosen[variant_id].add(value.pk)
            values[value.pk] = value
    return [_offer(variant, frozenset(chosen[variant.pk])) for variant in variants], _choices(list(values.values()))


def stock_of(product: Product, offers: Iterable[Offer]) -> ProductStock:
    """Of these offers, which are all that the product has."""
    return ProductStock(product.pk, tuple(sorted(_stock_row(offer.variant) for offer in offers)))


def _whole(number: Any) -> int | None:
    """Databases answer with booleans, decimals and whole numbers."""
    return None if number is None else int(number)


def _stock_row(variant: Any) -> tuple[int | None, ...]:
    """What NOW reads of a variant."""
    stock = variant.stock
    counted = (int(stock.tracked), int(stock.allow_backorder), stock.low_at)
    return (variant.pk, stock.on_hand, stock.committed, *counted, variant.held_now)


def _for_sale() -> QuerySet[Any, Any]:
    holds = StockHold.objects.filter(live_holds(Later("now")), variant=OuterRef("pk")).order_by().values("variant")
    held = Subquery(holds.annotate(units=Sum("quantity")).values("units"), output_field=IntegerField())
    return (
        Variant.objects.filter(product=Later("product"), is_active=True, archived_at=None, stock__isnull=False)
        .select_related("stock")
        .annotate(held_now=Coalesce(held, 0))
        .order_by("position", "id")
    )


_variants = KeptQuery(_for_sale)


def _offer(variant: Any, value_ids: frozenset[int]) -> Offer:
    stock = variant.stock
    sellable = max(0, stock.on_hand - stock.committed)
    return Offer(
        variant=variant,
        availability=Availability(
            variant_id=variant.pk,
            quantity=max(0, sellable - variant.held_now),
            unlimited=stock.is_unlimited,
            sellable=sellable,
        ),
        low_at=settings.SHOP_LOW_STOCK if stock.low_at is None else stock.low_at,
        value_ids=value_ids,
    )


def _choices(values: list[OptionValue]) -> list[OptionChoice]:
    ordered = sorted(values, key=lambda v: (v.option.position, v.option_id, v.position, v.pk))
    by_option: dict[int, list[OptionValue]] = {}
    for value in ordered:
        by_option.setdefault(value.option_id, []).append(value)
    return [OptionChoice(id=pk, name=vs[0].option.name, values=vs) for pk, vs in by_option.items()]
