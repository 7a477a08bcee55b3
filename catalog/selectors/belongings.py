"""What belongs to a product and is read with it: its variants' values, pictures, facts, stars. One query."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, QuerySet, Value

from catalog.models import OptionValue, Product, ProductAttribute, ProductImage, ProductOption
from catalog.selectors.reviews import shown_reviews

# All kinds of rows have the same columns. `number` is a value's variant, and how many gave so many stars.
VALUE, PICTURE, FACT, STARS = 1, 2, 3, 4
NO_NUMBER = Value(None, IntegerField(null=True))
NO_TEXT = Value("", CharField())


@dataclass(frozen=True, kw_only=True)
class Belongings:
    """`values` are pairs of a variant's id and one of its options' values, `stars` how many gave how many.

    The rest stands in its order.
    """

    values: list[tuple[int, OptionValue]] = field(default_factory=list)
    pictures: list[ProductImage] = field(default_factory=list)
    facts: list[ProductAttribute] = field(default_factory=list)
    stars: dict[int, int] = field(default_factory=dict)


def belongings(product: Product) -> Belongings:
    """One query, whatever there is."""
    found = Belongings()
    values: dict[int, OptionValue] = {}
    rows = list(_values(product).union(_pictures(product), _facts(product), _stars(product), all=True))
    for row in sorted(rows, key=lambda row: (row["place"], row["key"])):
        if row["kind"] == VALUE:
            found.values.append((row["number"], _value(row, values)))
        elif row["kind"] == PICTURE:
            found.pictures.append(_picture(row))
        elif row["kind"] == STARS:
            found.stars[row["key"]] = row["number"]
        else:
            found.facts.append(ProductAttribute(pk=row["key"], name=row["label"], value=row["text"]))
    return found


def _values(product: Product) -> QuerySet[Any, Any]:
    sold = {"chosen_by__variant__is_active": True, "chosen_by__variant__archived_at": None}
    return (
        OptionValue.objects.filter(option__product=product, **sold)
        .order_by()
        .values(
            kind=Value(VALUE, IntegerField()),
            key=F("pk"),
            text=F("value"),
            label=F("option__name"),
            more=F("swatch"),
            place=F("position"),
            first=F("option_id"),
            second=F("option__position"),
            number=F("chosen_by__variant"),
        )
    )


def _pictures(product: Product) -> QuerySet[Any, Any]:
    return (
        product.images.exclude(file="")
        .order_by()
        .values(
            kind=Value(PICTURE, IntegerField()),
            key=F("pk"),
            text=F("file"),
            label=F("alt"),
            more=NO_TEXT,
            place=F("position"),
            first=F("width"),
            second=F("height"),
            number=NO_NUMBER,
        )
    )


def _facts(product: Product) -> QuerySet[Any, Any]:
    return product.attributes.order_by().values(
        kind=Value(FACT, IntegerField()),
        key=F("pk"),
        text=F("value"),
        label=F("name"),
        more=NO_TEXT,
        place=F("position"),
        first=NO_NUMBER,
        second=NO_NUMBER,
        number=NO_NUMBER,
    )


def _stars(product: Product) -> QuerySet[Any, Any]:
    given = shown_reviews(product).values(
        kind=Value(STARS, IntegerField()),
        key=F("rating"),
        text=NO_TEXT,
        label=NO_TEXT,
        more=NO_TEXT,
        place=Value(0, IntegerField()),
        first=NO_NUMBER,
        second=NO_NUMBER,
    )
    return given.annotate(number=Count("pk"))


def _value(row: dict[str, Any], known: dict[int, OptionValue]) -> OptionValue:
    """Made once for all variants that have it."""
    if row["key"] not in known:
        option = ProductOption(pk=row["first"], name=row["label"], position=row["second"])
        text = {"value": row["text"], "swatch": row["more"]}
        known[row["key"]] = OptionValue(pk=row["key"], option=option, position=row["place"], **text)
    return known[row["key"]]


def _picture(row: dict[str, Any]) -> ProductImage:
    size = {"width": row["first"], "height": row["second"]}
    return ProductImage(pk=row["key"], file=row["text"], alt=row["label"], position=row["place"], **size)
