"""The one path to a list of products: the search index finds, the database shows. Two queries, however many rows.

Without an index the database finds as well: the same filters and the same order, but spelling is not forgiven.
"""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, DecimalField, Exists, IntegerField, OuterRef, Q, QuerySet, Value, When
from django.db.models.functions import Coalesce, Lower

from catalog.models import Category, Product, ProductStatus, Tag, Variant, VariantOption
from catalog.search.find import Finder
from catalog.search.reader import IndexUnavailable, guarded
from catalog.selectors.index import finder_for
from catalog.selectors.listing_query import ListingQuery, Options
from shop.common.errors import NotFound
from shop.common.kept_query import KeptQuery, Later

COUNT_LIMIT = 10_000
# Chosen for the home page; says nothing to visitors.
FEATURED_TAG = "featured"
ORDER_COLUMNS = {
    "popularity": ("-popularity", "-id"),
    "relevance": ("rank", "-in_stock", "-popularity", "-id"),
    "-created_at": ("-created_at", "-id"),
    "price": ("price", "id"),
    "-price": ("-price", "-id"),
    "-rating": ("-rating", "-id"),
    "name": ("sort_name", "id"),
    "updated_at": ("updated_at", "id"),
}
LONG_TEXTS = ("description", "seo_title", "seo_description")


@dataclass(frozen=True, kw_only=True)
class ListingPage:
    """One page of a list. `count` is exact unless there are more than COUNT_LIMIT."""

    products: list[Product]
    count: int
    count_exact: bool
    number: int
    size: int

    @property
    def pages(self) -> int:
        """The last page one may turn to."""
        return max(1, -(-min(self.count, COUNT_LIMIT - COUNT_LIMIT % self.size) // self.size))

    @property
    def first(self) -> int:
        return (self.number - 1) * self.size + 1


def shown_products(status: str = ProductStatus.ACTIVE) -> QuerySet[Product]:
    """What visitors may see, with what a card shows and without long texts; staff may ask for another status."""
    return _for_cards(Product.objects.filter(status=status))


def _for_cards(products: QuerySet[Product]) -> QuerySet[Product]:
    return products.select_related("main_image", "brand", "category").defer(*LONG_TEXTS)


def listing(query: ListingQuery, *, category: Category | None = None, beyond_is_empty: bool = False) -> ListingPage:
    """The page of the list that `query` asks for, in `category` and what is below it.

    Raises NotFound for a page deeper than COUNT_LIMIT rows, and for one beyond the last unless `beyond_is_empty`.
    """
    return list_with(finder_for(query, category), query, category=category, beyond_is_empty=beyond_is_empty)


def list_with(
    finder: Finder | None, query: ListingQuery, *, category: Category | None = None, beyond_is_empty: bool = False
) -> ListingPage:
    """The same with a search that is at hand, None for the database."""
    start = (query.page - 1) * query.page_size
    if start + query.page_size > COUNT_LIMIT:
        raise NotFound
    page = None
    if finder is not None:
        with contextlib.suppress(IndexUnavailable):  # reported: from here on the database answers
            page = _from_index(finder, query, start)
    page = page or _from_database(query, category, start)
    if start and start >= page.count and not beyond_is_empty:
        raise NotFound
    return page


def _from_index(finder: Finder, query: ListingQuery, start: int) -> ListingPage:
    with guarded():
        found = finder.find(order=query.order, start=start, size=query.page_size)
    return ListingPage(
        products=products_in_order(found.ids),
        count=min(found.count, COUNT_LIMIT),
        count_exact=found.count <= COUNT_LIMIT,
        number=query.page,
        size=query.page_size,
    )


def products_in_order(ids: Sequence[int]) -> list[Product]:
    """Products by id, as a list shows them; what is no longer shown is left out. One query, none for no ids."""
    if not ids:
        return []
    # By id alone: asked for the status as well, SQLite reads every product that has it.
    rows = _by_ids(len(ids), **{f"id{place}": pk for place, pk in enumerate(ids)})
    found = {product.pk: product for product in rows if product.status == ProductStatus.ACTIVE}
    return [found[pk] for pk in ids if pk in found]


def _with_ids(number: int) -> QuerySet[Product]:
    return _for_cards(Product.objects.filter(pk__in=[Later(f"id{place}") for place in range(number)]).order_by())


_by_ids = KeptQuery(_with_ids)


def _from_database(query: ListingQuery, category: Category | None, start: int) -> ListingPage:
    size = query.page_size
    matching = filtered(query, category=category)
    count = matching.order_by()[: COUNT_LIMIT + 1].count()
    return ListingPage(
        products=list(_ordered(matching, query)[start : start + size]) if count > start else [],
        count=min(count, COUNT_LIMIT),
        count_exact=count <= COUNT_LIMIT,
        number=query.page,
        size=size,
    )


def cursor_listing(
    query: ListingQuery, *, category: Category | None = None
) -> tuple[QuerySet[Product], tuple[str, ...]]:
    """The whole list without an order, and the columns to order and read on by: none of them is ever null."""
    products, columns = filtered(query, category=category), ORDER_COLUMNS[query.order]
    if query.order == "relevance":
        products = products.annotate(rank=_rank(query))
    if query.order == "-rating":
        unrated = Value(0, DecimalField(max_digits=3, decimal_places=2))
        products, columns = products.annotate(rated=Coalesce("rating", unrated)), ("-rated", "-id")
    return products, columns


def newest_products(number: int = 4) -> list[Product]:
    """Some goods to show where a list came out empty."""
    return list(shown_products().filter(in_stock=True).order_by("-created_at", "-id")[:number])


def filtered(query: ListingQuery, *, category: Category | None = None) -> QuerySet[Product]:
    """Every product the query lets through, in no order."""
    products = shown_products(query.status).filter(_columns(query)).order_by()
    if category is not None:
        products = products.filter(category__in=Category.objects.filter(path__startswith=category.path).order_by())
    if query.brands:
        products = products.filter(brand__slug__in=query.brands)
    if query.tags:
        tagged = Tag.objects.filter(slug__in=query.tags, products=OuterRef("pk"))
        products = products.filter(Exists(tagged.order_by()))
    if query.options:
        products = products.filter(Exists(variants_with(query.options).filter(product=OuterRef("pk"))))
    for word in query.words:
        products = products.filter(_has_word(word))
    return products


def _columns(query: ListingQuery) -> Q:
    wanted = {
        "price__gte": query.min_price,
        "price__lte": query.max_price,
        "rating__gte": query.min_rating,
        "in_stock": query.in_stock,
        "on_sale": query.on_sale,
        "updated_at__gte": query.modified_since,
    }
    return Q(**{column: value for column, value in wanted.items() if value is not None})


def variants_with(options: Options) -> QuerySet[Variant]:
    """Variants for sale with all of them: "Large" and "Blue" are not found in a large red and a small blue one."""
    variants = Variant.objects.filter(is_active=True, archived_at=None).order_by()
    for name, values in options:
        chosen = VariantOption.objects.filter(option__name=name, value__value__in=values, variant=OuterRef("pk"))
        variants = variants.filter(Exists(chosen.order_by()))
    return variants


def _has_word(word: str) -> Q:
    # Not tied to the outer row: the database reads the variants once, not once a product.
    codes = Variant.objects.filter(is_active=True).order_by().annotate(code=Lower("sku"))
    return (
        Q(name__icontains=word)
        | Q(subtitle__icontains=word)
        | Q(brand__name__icontains=word)
        | Q(description__icontains=word)
        | Q(pk__in=codes.filter(code__contains=word.lower()).values("product"))
    )


def _ordered(products: QuerySet[Product], query: ListingQuery) -> QuerySet[Product]:
    if query.order == "relevance":
        products = products.annotate(rank=_rank(query))
    return products.order_by(*ORDER_COLUMNS[query.order])


def _rank(query: ListingQuery) -> Case:
    """Named exactly so, then beginning so, then all words in the name, then anywhere."""
    in_name = Q()
    for word in query.words:
        in_name &= Q(name__icontains=word)
    return Case(
        When(name__iexact=query.search, then=Value(0)),
        When(name__istartswith=query.search, then=Value(1)),
        When(in_name, then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
