"""Everything a product's page shows. Seven queries, up to nine for goods newer than the recommendations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catalog.models import Category, Product, ProductAttribute, ProductImage, ProductStatus
from catalog.selectors.choice import TileGroup, choose, tile_groups
from catalog.selectors.listing import shown_products
from catalog.selectors.offers import Offer, offers_of
from catalog.selectors.recommendations import recommended
from catalog.selectors.reviews import ReviewPage, Star, histogram, reviews_page, star_counts

RELATED = 4


@dataclass(frozen=True, kw_only=True)
class ProductPage:
    """`chosen` is None when nothing of the product is for sale any more."""

    product: Product
    offers: list[Offer]
    chosen: Offer | None
    groups: list[TileGroup]
    images: list[ProductImage]
    attributes: list[ProductAttribute]
    reviews: ReviewPage
    stars: list[Star]
    together: list[Product]
    related: list[Product]

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
    offers, options = offers_of(product)
    chosen = choose(offers, asked.choice)
    found = recommended(product, most=RELATED)
    return ProductPage(
        product=product,
        offers=offers,
        chosen=chosen,
        groups=tile_groups(offers, options, chosen) if chosen else [],
        images=_gallery(product, chosen),
        attributes=list(product.attributes.order_by("position", "id")),
        reviews=reviews_page(product, number=asked.review_page, stars=asked.stars),
        stars=histogram(product),
        together=found.bought,
        related=found.similar or related_products(product),
    )


def find_product(slug: str) -> Product | None:
    shown = Product.objects.filter(slug=slug, status=ProductStatus.ACTIVE)
    return shown.select_related("category", "brand").annotate(**star_counts()).first()


def related_products(product: Product) -> list[Product]:
    """Until recommendations are worked out: the most bought others of its category, then of those around it."""
    others = shown_products().exclude(pk=product.pk).order_by("-popularity", "-id")
    found = list(others.filter(category=product.category_id)[:RELATED])
    if len(found) == RELATED or product.category is None or product.category.depth == 1:
        return found
    around = product.category.path[: -Category.steplen]
    beside = Category.objects.filter(path__startswith=around).exclude(pk=product.category.pk).order_by()
    return found + list(others.filter(category__in=beside)[: RELATED - len(found)])


def _gallery(product: Product, chosen: Offer | None) -> list[ProductImage]:
    """The chosen variant's own picture comes first."""
    first = chosen.variant.image_id if chosen else None
    images = product.images.exclude(file="").order_by("position", "id")
    return sorted(images, key=lambda image: image.pk != first)
