"""Everything a product's page shows: three queries for itself, and one for the products beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import QuerySet

from catalog.models import Product, ProductAttribute, ProductImage, ProductStatus
from catalog.search.version import version_columns
from catalog.selectors.belongings import Belongings, belongings
from catalog.selectors.choice import TileGroup, choose, tile_groups
from catalog.selectors.listing import products_in_order
from catalog.selectors.offers import Offer, ProductStock, offers_of, stock_of
from catalog.selectors.price_facts import UnitPrice, unit_price
from catalog.selectors.reviews import ReviewPage, Star, histogram
from shop.common.kept_query import KeptQuery, Later


@dataclass(kw_only=True)
class ProductPage:
    """`chosen` is None when nothing of the product is for sale any more.

    What is the same for everybody until the catalogue changes is read when it is looked at.
    """

    product: Product
    asked: Asked
    belongings: Belongings
    offers: list[Offer]
    chosen: Offer | None
    groups: list[TileGroup]

    @cached_property
    def images(self) -> list[ProductImage]:
        """The chosen variant's own picture comes first."""
        first = self.chosen.variant.image_id if self.chosen else None
        return sorted(self.belongings.pictures, key=lambda image: image.pk != first)

    @property
    def attributes(self) -> list[ProductAttribute]:
        return self.belongings.facts

    @property
    def version(self) -> tuple[str, int]:
        """Of the catalogue, before anything of this was read."""
        return (self.product.lineage or "", self.product.number or 0)  # type: ignore[attr-defined]

    @property
    def reviews(self) -> ReviewPage:
        return self.belongings.reviews

    @cached_property
    def stars(self) -> list[Star]:
        return histogram(self.belongings.stars)

    @property
    def lowest_before(self) -> Decimal | None:
        """What must stand beside a reduced price; None where nothing is reduced, or known."""
        return self.chosen.variant.lowest_before if self.chosen and self.chosen.variant.is_on_sale else None

    @cached_property
    def unit_price(self) -> UnitPrice | None:
        return unit_price(self.chosen.variant) if self.chosen else None

    @property
    def together(self) -> list[Product]:
        return [self._others[pk] for pk in self.belongings.others.bought if pk in self._others]

    @property
    def related(self) -> list[Product]:
        return [self._others[pk] for pk in self.belongings.others.similar if pk in self._others]

    @cached_property
    def _others(self) -> dict[int, Product]:
        others = self.belongings.others
        return {product.pk: product for product in products_in_order([*others.bought, *others.similar])}

    @property
    def stock(self) -> ProductStock:
        return stock_of(self.product, self.offers)

    @property
    def sold(self) -> tuple[tuple[int, str, bool], ...]:
        """What may change by a sale without the catalogue's version: variants, prices and whether they are gone."""
        return tuple((offer.id, str(offer.price), offer.is_sold_out) for offer in self.offers)

    @property
    def has_plain_choice(self) -> bool:
        """Several variants without options to tell them apart: they are offered by name."""
        return len(self.offers) > 1 and not self.groups


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the address asks for beside the product: `choice` names a variant or its options."""

    choice: Mapping[str, str]
    review_page: int = 1
    stars: int | None = None


def product_page(slug: str, asked: Asked) -> ProductPage | None:
    """None for what is not shown in the shop."""
    product = find_product(slug)
    if product is None:
        return None
    parts = belongings(product, review_page=asked.review_page, stars=asked.stars)
    offers, options = offers_of(product, parts.values)
    chosen = choose(offers, asked.choice)
    return ProductPage(
        product=product,
        asked=asked,
        belongings=parts,
        offers=offers,
        chosen=chosen,
        groups=tile_groups(offers, options, chosen) if chosen else [],
    )


def find_product(slug: str) -> Product | None:
    found: list[Product] = _shown(slug=slug)
    return found[0] if found else None


def _shown_by_slug() -> QuerySet[Any, Any]:
    shown = Product.objects.filter(slug=Later("slug"), status=ProductStatus.ACTIVE).order_by()
    return shown.select_related("category", "brand").annotate(**version_columns())


_shown = KeptQuery(_shown_by_slug)
