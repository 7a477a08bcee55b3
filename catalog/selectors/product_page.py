"""Everything a product's page shows: three queries for what changes with every sale, two or three for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from catalog.models import Category, Product, ProductAttribute, ProductImage, ProductStatus
from catalog.search.version import version_columns
from catalog.selectors.belongings import Belongings, belongings
from catalog.selectors.choice import TileGroup, choose, tile_groups
from catalog.selectors.listing import shown_products
from catalog.selectors.offers import Offer, ProductStock, offers_of, stock_of
from catalog.selectors.price_facts import UnitPrice, lowest_before, unit_price
from catalog.selectors.recommendations import Recommended, recommended
from catalog.selectors.reviews import ReviewPage, Star, histogram, reviews_page

RELATED = 4


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

    @cached_property
    def reviews(self) -> ReviewPage:
        if not self.belongings.stars:
            return ReviewPage([], self.asked.review_page, has_more=False)
        return reviews_page(self.product, number=self.asked.review_page, stars=self.asked.stars)

    @cached_property
    def stars(self) -> list[Star]:
        return histogram(self.belongings.stars)

    @cached_property
    def lowest_before(self) -> Decimal | None:
        return lowest_before(self.chosen.variant) if self.chosen else None

    @cached_property
    def unit_price(self) -> UnitPrice | None:
        return unit_price(self.chosen.variant) if self.chosen else None

    @cached_property
    def together(self) -> list[Product]:
        return self._recommended.bought

    @cached_property
    def related(self) -> list[Product]:
        return self._recommended.similar or related_products(self.product)

    @cached_property
    def _recommended(self) -> Recommended:
        return recommended(self.product, most=RELATED)

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
    parts = belongings(product)
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
    shown = Product.objects.filter(slug=slug, status=ProductStatus.ACTIVE)
    return shown.select_related("category", "brand").annotate(**version_columns()).first()


def related_products(product: Product) -> list[Product]:
    """Until recommendations are worked out: the most bought others of its category, then of those around it."""
    others = shown_products().exclude(pk=product.pk).order_by("-popularity", "-id")
    found = list(others.filter(category=product.category_id)[:RELATED])
    if len(found) == RELATED or product.category is None or product.category.depth == 1:
        return found
    around = product.category.path[: -Category.steplen]
    beside = Category.objects.filter(path__startswith=around).exclude(pk=product.category.pk).order_by()
    return found + list(others.filter(category__in=beside)[: RELATED - len(found)])
