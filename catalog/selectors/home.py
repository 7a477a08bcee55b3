"""What the home page shows. Five queries beside the frame's one."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import ContentPage, Product
from catalog.selectors.categories import CountedCategory, counted_categories
from catalog.selectors.listing import FEATURED_TAG, shown_products

ROW = 4
TEXTS = ("home", "home-featured", "home-categories", "home-how")


@dataclass(frozen=True, kw_only=True)
class Home:
    """`texts` are the pages that are parts of this one, by slug with "_" for "-"."""

    texts: dict[str, ContentPage]
    newest: list[Product]
    on_sale: list[Product]
    featured: list[Product]
    categories: list[CountedCategory]

    @property
    def face(self) -> Product | None:
        """The product whose picture stands in where the page `home` has none."""
        pictured = [product for product in (*self.featured, *self.newest) if product.main_image]
        return pictured[0] if pictured else None


def get_home() -> Home:
    products = shown_products()
    pages = ContentPage.objects.filter(slug__in=TEXTS, is_active=True)
    return Home(
        texts={page.slug.replace("-", "_"): page for page in pages},
        newest=list(products.filter(in_stock=True).order_by("-created_at", "-id")[: 2 * ROW]),
        on_sale=list(products.filter(on_sale=True, in_stock=True).order_by("-popularity", "-id")[:ROW]),
        featured=list(products.filter(tags__slug=FEATURED_TAG).order_by("id")[:ROW]),
        categories=_index(counted_categories()),
    )


def _index(counted: list[CountedCategory]) -> list[CountedCategory]:
    """The second level, and of the first what has nothing below it."""
    parents = {entry.category.path[: -entry.category.steplen] for entry in counted}
    return [entry for entry in counted if entry.category.depth > 1 or entry.category.path not in parents]
