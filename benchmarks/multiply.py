"""Copying products inside the database, because a million are too many to make one by one.

A block of grown products is copied over and over with other keys, numbers in their names and popularity. One
statement a table copies many blocks, so that a million take minutes on either database.
"""

from __future__ import annotations

import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connection, transaction
from django.db.models import Max, Min

from catalog.demo.growth import FIRST_NUMBER
from catalog.models import (
    OptionValue,
    PriceHistory,
    Product,
    ProductAttribute,
    ProductImage,
    ProductOption,
    Recommendation,
    Stock,
    StockMovement,
    Variant,
    VariantOption,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import Model

BLOCK = 4000
BLOCKS_AT_ONCE = 10
# Each after those it points at, and how to get from its rows to their product.
TABLES: tuple[tuple[type[Model], str], ...] = (
    (Product, "pk"),
    (ProductOption, "product"),
    (OptionValue, "option__product"),
    (ProductImage, "product"),
    (Variant, "product"),
    (VariantOption, "variant__product"),
    (ProductAttribute, "product"),
    (PriceHistory, "variant__product"),
    (Product.tags.through, "product"),
    (Stock, "variant__product"),
    (StockMovement, "variant__product"),
    (Recommendation, "product"),
)


@dataclass(frozen=True)
class Rows:
    """The rows of one table that belong to the block: between two keys, and how far a copy's keys are away."""

    first: int
    last: int

    @property
    def stride(self) -> int:
        return self.last - self.first + 1


def multiply(size: int) -> None:
    """Copy the grown products until there are `size` in all. Goes on where an earlier run was cut off."""
    count = Product.objects.count()
    if count >= size:
        return
    first_product = Product.objects.filter(slug__endswith=f"-{FIRST_NUMBER}").aggregate(first=Min("pk"))["first"]
    last = Product.objects.order_by("pk").values_list("pk", flat=True)[BLOCK - 1]
    block = {model: _rows(model, way, first_product, last) for model, way in TABLES}
    number, stride = FIRST_NUMBER - first_product, block[Product].stride
    done, copies, rest = (count - BLOCK) // stride, (size - BLOCK) // stride, (size - BLOCK) % stride
    with quick_writing():
        for start in range(done + 1, copies + 1, BLOCKS_AT_ONCE):
            end = min(start + BLOCKS_AT_ONCE - 1, copies)
            _copy(block, start, end, last, number)
            print(f"\r{end * stride:,} copied", end="", file=sys.stderr, flush=True)
        if rest:
            _copy(block, copies + 1, copies + 1, first_product + rest - 1, number)


def _rows(model: type[Model], way: str, first_product: int, last_product: int) -> Rows:
    mine = model._default_manager.filter(**{f"{way}__gte": first_product, f"{way}__lte": last_product})
    ends = mine.aggregate(a=Min("pk"), b=Max("pk"))
    return Rows(ends["a"] or 1, ends["b"] or 0)


def _copy(block: dict[type[Model], Rows], start: int, end: int, last_product: int, number: int) -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for model, way in TABLES:
            ways = (way, "other") if model is Recommendation else (way,)
            bounds = {f"{one}__gte": block[Product].first for one in ways}
            bounds |= {f"{one}__lte": last_product for one in ways}
            source = model._default_manager.filter(**bounds).order_by()
            names = [field.attname for field in model._meta.concrete_fields]
            rows, parameters = source.values_list(*names).query.sql_with_params()
            columns = [field.column for field in model._meta.concrete_fields]
            chosen = ", ".join(_value(model, field, block, number) for field in model._meta.concrete_fields)
            quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
            as_named = ", ".join(f"c{place}" for place in range(len(columns)))
            cursor.execute(
                f"INSERT INTO {connection.ops.quote_name(model._meta.db_table)} ({quoted})"
                f" WITH RECURSIVE blocks(k) AS (SELECT {start} UNION ALL SELECT k + 1 FROM blocks WHERE k < {end}),"
                f" source({as_named}) AS ({rows})"
                f" SELECT {chosen} FROM blocks CROSS JOIN source ORDER BY k, c0",
                parameters,
            )


def _value(model: type[Model], field: object, block: dict[type[Model], Rows], number: int) -> str:
    """A column of a copy, from the original's columns c0, c1, … and the copy's number k."""
    names = [one.name for one in model._meta.concrete_fields]
    here = {name: f"c{place}" for place, name in enumerate(names)}
    target = field.related_model or (model if field.primary_key else None)
    if target in block:
        return f"{here[field.name]} + k * {block[target].stride}"
    product = {Product: "c0", Variant: here.get("product")}.get(model)
    if model is Product and field.name == "sort_name":
        return _renumbered(here["sort_name"], f"({product} + {number})", block[Product].stride, padded=True)
    if (model, field.name) in {(Product, "name"), (Product, "slug"), (Variant, "sku")}:
        return _renumbered(here[field.name], f"({product} + {number})", block[Product].stride)
    if model is Product and field.name == "popularity":
        return "((c0 * 31 + k * 7919) %% 997)"
    if model is Variant and field.name == "options_key":
        return f"CAST(CAST({here['options_key']} AS INTEGER) + k * {block[OptionValue].stride} AS CHAR)"
    return here[field.name]


def _renumbered(column: str, number: str, stride: int, *, padded: bool = False) -> str:
    """The text with the product's number replaced by its copy's; in names to sort by it has at least six digits."""

    def text(value: str) -> str:
        plain = f"CAST({value} AS CHAR)"
        return f"CASE WHEN {value} < 100000 THEN substr('000000' || {plain}, -6) ELSE {plain} END" if padded else plain

    return f"replace({column}, {text(number)}, {text(f'({number} + k * {stride})')})"


@contextmanager
def quick_writing() -> Iterator[None]:
    """Without waiting for the disk, and checking what cannot be wrong."""
    if connection.vendor == "sqlite":
        before = ("PRAGMA synchronous=OFF", "PRAGMA foreign_keys=OFF", "PRAGMA cache_size=-1500000")
        after = ("PRAGMA synchronous=NORMAL", "PRAGMA foreign_keys=ON", "PRAGMA cache_size=-8000")
    else:
        before = (
            "SET SESSION sql_mode = CONCAT(@@sql_mode, ',PIPES_AS_CONCAT')",
            "SET SESSION foreign_key_checks = 0, unique_checks = 0",
        )
        after = ("SET SESSION foreign_key_checks = 1, unique_checks = 1", "ANALYZE TABLE catalog_product")
    with connection.cursor() as cursor:
        for statement in before:
            cursor.execute(statement)
        yield
        for statement in after:
            cursor.execute(statement)
