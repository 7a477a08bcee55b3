"""How many products each further choice would leave. One query."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, Count, F, QuerySet, Value

from catalog.models import Category, Product
from catalog.selectors.listing import FEATURED_TAG, filtered
from catalog.selectors.listing_query import ListingQuery

MOST_CHOICES = 12


@dataclass(frozen=True)
class Choice:
    code: str
    label: str
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facets:
    """`by_path` counts products by the path of their own category."""

    brands: list[Choice] = field(default_factory=list)
    tags: list[Choice] = field(default_factory=list)
    by_path: dict[str, int] = field(default_factory=dict)

    def below(self, path: str) -> int:
        """Products in a category and everything under it."""
        return sum(count for other, count in self.by_path.items() if other.startswith(path))


def facets(query: ListingQuery, *, category: Category | None = None) -> Facets:
    """Brands are alternatives, so each is counted as if no brand were chosen; tags narrow further."""
    any_brand = filtered(query.without(brands=()), category=category)
    chosen = filtered(query, category=category)
    parts = _grouped(any_brand, "brand", code="brand__slug", label="brand__name").union(
        _grouped(chosen, "tag", code="tags__slug", label="tags__name"),
        _grouped(chosen, "category", code="category__path", label="category__name"),
        all=True,
    )
    rows: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in parts:
        if (row["kind"], row["code"]) != ("tag", FEATURED_TAG):
            rows[row["kind"]].append(row)
    return Facets(
        brands=_choices(rows["brand"], query.brands),
        tags=_choices(rows["tag"], query.tags),
        by_path={row["code"]: row["count"] for row in rows["category"]},
    )


def _grouped(products: QuerySet[Product], kind: str, *, code: str, label: str) -> QuerySet[Any, Any]:
    present = products.select_related(None).defer(None).filter(**{f"{code}__isnull": False})
    named = present.values(kind=Value(kind, CharField()), code=F(code), label=F(label))
    return named.annotate(count=Count("pk")).order_by()


def _choices(rows: list[dict[str, Any]], chosen: tuple[str, ...]) -> list[Choice]:
    """The most frequent, in the order of their names; what was chosen is always among them."""
    most = sorted(rows, key=lambda row: (row["code"] not in chosen, -row["count"], row["label"]))[:MOST_CHOICES]
    return [
        Choice(row["code"], row["label"], row["count"], row["code"] in chosen)
        for row in sorted(most, key=lambda row: row["label"].casefold())
    ]
