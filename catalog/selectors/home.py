"""What the home page shows. Three queries beside the frame's one, and one for the counts."""

from __future__ import annotations

from dataclasses import dataclass

from catalog.models import ContentPage, Product
from catalog.selectors.facets import counts_below
from catalog.selectors.frame import PARTS_OF_HOME, CategoryLink, Frame, PageLink
from catalog.selectors.listing import FEATURED_TAG, shown_products

ROW = 4


@dataclass(frozen=True)
class CountedCategory:
    """With the number of products in it and below."""

    category: CategoryLink
    count: int


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


def get_home(frame: Frame) -> Home:
    """What the home page shows: texts from the `frame`, products by their rows, the categories with their counts."""
    products = shown_products()
    parts = [frame.pages[slug] for slug in PARTS_OF_HOME if slug in frame.pages]
    return Home(
        texts={part.slug.replace("-", "_"): _text(part) for part in parts},
        newest=list(products.filter(in_stock=True).order_by("-created_at", "-id")[: 2 * ROW]),
        on_sale=list(products.filter(on_sale=True, in_stock=True).order_by("-popularity", "-id")[:ROW]),
        featured=list(products.filter(tags__slug=FEATURED_TAG).order_by("id")[:ROW]),
        categories=_counted(frame.categories),
    )


def _text(part: PageLink) -> ContentPage:
    return ContentPage(slug=part.slug, title=part.title, body=part.body, image=part.image, image_alt=part.image_alt)


def _counted(roots: list[CategoryLink]) -> list[CountedCategory]:
    """The second level, and of the first what has nothing below it; empty ones are left out."""
    shown = counts_below()
    found = []
    for root in roots:
        below = [CountedCategory(child, shown.below(child)) for child in root.children]
        filled = [entry for entry in below if entry.count] or [CountedCategory(root, shown.below(root))]
        found += [entry for entry in filled if entry.count]
    return found
