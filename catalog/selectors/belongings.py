"""What belongs to a product and is read with it: its variants' values, pictures, facts, reviews, others. One query."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Count, DateTimeField, F, IntegerField, QuerySet, Value

from catalog.models import Category, OptionValue, Product, ProductAttribute, ProductImage, ProductOption, Review
from catalog.selectors.recommendations import Others, neighbours, shown_recommendations, sorted_out
from catalog.selectors.reviews import PAGE_SIZE, ReviewPage, page_of, shown_reviews
from shop.common.kept_query import KeptQuery, Later, cut_off

# All parts have the same columns. `number` is a value's variant, and how many gave so many stars.
VALUE, PICTURE, FACT, STARS, REVIEW, OTHER = 1, 2, 3, 4, 5, 6
NO_NUMBER = Value(None, IntegerField(null=True))
NO_TEXT = Value("", CharField())
NO_TIME = Value(None, DateTimeField(null=True))
PRODUCT = Later("product")

Row = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Belongings:
    """`values` are pairs of a variant's id and one of its options' values, `stars` how many gave how many.

    The rest stands in its order.
    """

    values: list[tuple[int, OptionValue]]
    pictures: list[ProductImage]
    facts: list[ProductAttribute]
    stars: dict[int, int]
    reviews: ReviewPage
    others: Others


def belongings(product: Product, *, review_page: int = 1, stars: int | None = None) -> Belongings:
    """With the reviews of that page, of all or of those with so many `stars`. One query, whatever there is."""
    by_part = _by_part(_rows_of(product, review_page, stars))
    known: dict[int, OptionValue] = {}
    return Belongings(
        values=[(row["number"], _value(row, known)) for row in by_part[VALUE]],
        pictures=[_picture(row) for row in by_part[PICTURE]],
        facts=[ProductAttribute(pk=row["key"], name=row["label"], value=row["text"]) for row in by_part[FACT]],
        stars={row["key"]: row["number"] for row in by_part[STARS]},
        reviews=_reviews(by_part[REVIEW], review_page),
        others=sorted_out((row["label"], row["key"]) for row in by_part[OTHER]),
    )


def _rows_of(product: Product, review_page: int, stars: int | None) -> list[Row]:
    category = product.category
    depth = min(category.depth, 2) if category else 0
    around = category.path[: -Category.steplen] if category else ""
    given = {"product": product.pk, "category": product.category_id, "around": around, "stars": stars}
    return _rows(depth, review_page, stars is not None, **given)


def _parts(depth: int, review_page: int, has_stars: bool) -> QuerySet[Any, Any]:
    reviews = page_of(shown_reviews(PRODUCT).filter(**({"rating": Later("stars")} if has_stars else {})), review_page)
    others = [_neighbours(kind, rows) for kind, rows in neighbours(depth)]
    return _values().union(_pictures(), _facts(), _stars(), _written(reviews), _recommended(), *others, all=True)


_rows = KeptQuery(_parts)


def _by_part(rows: list[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: (row["place"], row["key"])):
        found[row["part"]].append(row)
    return found


def _columns(part: int, **given: Any) -> dict[str, Any]:
    """In one order and of one type in all parts."""
    return {
        "part": Value(part, IntegerField()),
        "key": F("pk"),
        "text": NO_TEXT,
        "label": NO_TEXT,
        "more": NO_TEXT,
        "place": Value(0, IntegerField()),
        "first": NO_NUMBER,
        "second": NO_NUMBER,
        "number": NO_NUMBER,
        "moment": NO_TIME,
    } | given


def _values() -> QuerySet[Any, Any]:
    sold = {"chosen_by__variant__is_active": True, "chosen_by__variant__archived_at": None}
    return (
        OptionValue.objects.filter(option__product=PRODUCT, **sold)
        .order_by()
        .values(
            **_columns(
                VALUE,
                text=F("value"),
                label=F("option__name"),
                more=F("swatch"),
                place=F("position"),
                first=F("option_id"),
                second=F("option__position"),
                number=F("chosen_by__variant"),
            )
        )
    )


def _pictures() -> QuerySet[Any, Any]:
    size = {"first": F("width"), "second": F("height")}
    shown = ProductImage.objects.filter(product=PRODUCT).exclude(file="").order_by()
    return shown.values(**_columns(PICTURE, text=F("file"), label=F("alt"), place=F("position"), **size))


def _facts() -> QuerySet[Any, Any]:
    facts = ProductAttribute.objects.filter(product=PRODUCT).order_by()
    return facts.values(**_columns(FACT, text=F("value"), label=F("name"), place=F("position")))


def _stars() -> QuerySet[Any, Any]:
    counted = _columns(STARS, key=F("rating"))
    del counted["number"], counted["moment"]
    return shown_reviews(PRODUCT).values(**counted).annotate(number=Count("pk"), moment=NO_TIME)


def _written(reviews: QuerySet[Review]) -> QuerySet[Any, Any]:
    texts = {"text": F("comment"), "label": F("title"), "more": F("author_name")}
    marks = {"first": F("rating"), "second": F("verified_purchase"), "moment": F("created_at")}
    return Review.objects.filter(pk__in=cut_off(reviews)).order_by().values(**_columns(REVIEW, **texts, **marks))


def _recommended() -> QuerySet[Any, Any]:
    rows = shown_recommendations(PRODUCT).order_by()
    return rows.values(**_columns(OTHER, key=F("other"), label=F("kind"), place=F("rank")))


def _neighbours(kind: str, products: QuerySet[Product]) -> QuerySet[Any, Any]:
    rows = Product.objects.filter(pk__in=cut_off(products)).order_by()
    return rows.values(**_columns(OTHER, label=Value(kind, CharField()), place=-F("popularity")))


def _value(row: Row, known: dict[int, OptionValue]) -> OptionValue:
    """Made once for all variants that have it."""
    if row["key"] not in known:
        option = ProductOption(pk=row["first"], name=row["label"], position=row["second"])
        text = {"value": row["text"], "swatch": row["more"]}
        known[row["key"]] = OptionValue(pk=row["key"], option=option, position=row["place"], **text)
    return known[row["key"]]


def _picture(row: Row) -> ProductImage:
    size = {"width": row["first"], "height": row["second"]}
    return ProductImage(pk=row["key"], file=row["text"], alt=row["label"], position=row["place"], **size)


def _reviews(rows: list[Row], number: int) -> ReviewPage:
    newest = sorted(rows, key=lambda row: (row["moment"], row["key"]), reverse=True)
    return ReviewPage([_review(row) for row in newest[:PAGE_SIZE]], number, has_more=len(newest) > PAGE_SIZE)


def _review(row: Row) -> Review:
    texts = {"comment": row["text"], "title": row["label"], "author_name": row["more"]}
    marks = {"rating": row["first"], "verified_purchase": bool(row["second"]), "created_at": row["moment"]}
    # Its public id is not read here; left alone it would be given a new one each time.
    return Review(pk=row["key"], public_id="", **texts, **marks)
