"""Fill the catalogue with the demo shop's goods: categories, products, reviews and pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.text import slugify

from accounts.models import User
from catalog.demo.goods import DemoProduct, categories, products
from catalog.models import Brand, Category, Product, Tag
from catalog.services.create_category import add_category
from catalog.services.seed_pages import seed_pages
from catalog.services.seed_pictures import picture_name
from catalog.services.seed_products import Shelves, write_products
from catalog.services.seed_reviews import seed_reviews
from catalog.services.seed_synonyms import seed_synonyms
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class SeededCatalogue:
    """How many of each were made; all zero when everything was there."""

    products: int
    reviews: int
    pages: int


@transactional
def seed_catalogue(authors: Sequence[User]) -> SeededCatalogue:
    """Write what is missing of the demo goods. The pictures are drawn already; `authors` wrote the reviews."""
    goods = products()
    known = set(Product.objects.filter(slug__in=[p.slug for p in goods]).values_list("slug", flat=True))
    new = [product for product in goods if product.slug not in known]
    if new:
        _write_categories(new)
        write_labels(new)
        write_products(new, Shelves.read())
        seed_synonyms()
    return SeededCatalogue(products=len(new), reviews=seed_reviews(new, authors), pages=seed_pages())


def write_labels(goods: Sequence[DemoProduct]) -> None:
    """A step: the brands and tags that products carry."""
    brands = {product.brand for product in goods} - set(Brand.objects.values_list("name", flat=True))
    Brand.objects.bulk_create([Brand(name=name, slug=slugify(name)) for name in sorted(brands)])
    tags = {tag for product in goods for tag in product.tags} - set(Tag.objects.values_list("name", flat=True))
    Tag.objects.bulk_create([Tag(name=name, slug=slugify(name)) for name in sorted(tags)])


def _write_categories(goods: Sequence[DemoProduct]) -> None:
    """Each with the picture of the first thing in it."""
    known = dict(Category.objects.values_list("url_path", "pk"))
    for demo in categories():
        if demo.path in known:
            continue
        parent_id = known.get(demo.parent)
        made = add_category(
            {"name": demo.name, "slug": demo.slug, "description": demo.description}, parent_id=parent_id
        )
        known[demo.path] = made.pk
        first = next((product for product in goods if product.category.startswith(demo.path)), None)
        if first is not None:
            Category.objects.filter(pk=made.pk).update(image=picture_name(first.pictures[0]))
