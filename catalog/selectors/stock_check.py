"""Do the counters of stock agree with the ledger and with the holds? A few grouped queries, whatever the size."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from catalog.models import Stock, StockHold, StockMovement, Variant

COUNTERS = ("on_hand", "held", "committed")
BATCH = 500

Sums = tuple[int, int, int]
NOTHING: Sums = (0, 0, 0)


@dataclass(frozen=True, kw_only=True)
class Mismatch:
    """A variant of which `what` is `found`, while `source` says `expected`."""

    variant_id: int
    what: str
    found: int
    source: str
    expected: str


class Counters(NamedTuple):
    """A row of stock; a hundred thousand of them are read, so not as models."""

    variant_id: int
    on_hand: int
    held: int
    committed: int
    tracked: bool
    allow_backorder: bool


def stock_mismatches(variant_ids: Collection[int] | None = None) -> list[Mismatch]:
    """Where counters, ledger and holds disagree, or a counter is below zero; of all variants or of some."""
    ledger = _ledger_sums(variant_ids)
    held = _held_sums(variant_ids)
    found = list(_without_counters(variant_ids))
    for values in of_variants(Stock.objects.all(), variant_ids).values_list(*Counters._fields).iterator():
        row = Counters(*values)
        sums = ledger.get(row.variant_id, NOTHING)
        units = held.get(row.variant_id, 0)
        if row[1:4] != sums or row.held != units or min(row[1:4]) < 0 or _available(row) < 0:
            found += [*_against_ledger(row, sums), *_against_holds(row, units), *_below_zero(row)]
    return found


def stock_count() -> int:
    return Stock.objects.count()


def skus(variant_ids: Collection[int]) -> dict[int, str]:
    """SKUs by variant, asked for in batches."""
    wanted = sorted(variant_ids)
    batches = (wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH))
    return {pk: sku for ids in batches for pk, sku in Variant.objects.filter(pk__in=ids).values_list("pk", "sku")}


def of_variants(rows: QuerySet[Any], variant_ids: Collection[int] | None) -> QuerySet[Any]:
    """`rows` of some variants, or all of them."""
    return rows if variant_ids is None else rows.filter(variant_id__in=variant_ids)


def _ledger_sums(variant_ids: Collection[int] | None) -> dict[int, Sums]:
    rows = of_variants(StockMovement.objects.order_by(), variant_ids).values_list("variant_id")
    sums = rows.annotate(*(Sum(f"{counter}_change") for counter in COUNTERS))
    return {row[0]: (row[1], row[2], row[3]) for row in sums.iterator()}


def _held_sums(variant_ids: Collection[int] | None) -> dict[int, int]:
    rows = of_variants(StockHold.objects.filter(quantity__gt=0), variant_ids).values_list("variant_id")
    return dict(rows.annotate(units=Sum("quantity")).iterator())


def _against_ledger(row: Counters, sums: Sums) -> Iterator[Mismatch]:
    for counter, expected in zip(COUNTERS, sums, strict=True):
        found = getattr(row, counter)
        if found != expected:
            yield _mismatch(row, counter, found, "the ledger", expected)


def _against_holds(row: Counters, expected: int) -> Iterator[Mismatch]:
    if row.held != expected:
        yield _mismatch(row, "held", row.held, "the holds", expected)


def _below_zero(row: Counters) -> Iterator[Mismatch]:
    for counter in COUNTERS:
        if getattr(row, counter) < 0:
            yield _mismatch(row, counter, getattr(row, counter), "the shop's rule", "at least 0")
    if _available(row) < 0:
        yield _mismatch(row, "available", _available(row), "the shop's rule", "at least 0")


def _available(row: Counters) -> int:
    """What can be sold; never below zero where more may be sold than there is."""
    left = row.on_hand - row.held - row.committed
    return max(0, left) if row.allow_backorder or not row.tracked else left


def _without_counters(variant_ids: Collection[int] | None) -> Iterator[Mismatch]:
    variants = Variant.objects.filter(stock=None).order_by()
    if variant_ids is not None:
        variants = variants.filter(pk__in=variant_ids)
    for variant_id in variants.values_list("pk", flat=True):
        yield Mismatch(variant_id=variant_id, what="rows of counters", found=0, source="the shop's rule", expected="1")


def _mismatch(row: Counters, what: str, found: int, source: str, expected: object) -> Mismatch:
    return Mismatch(variant_id=row.variant_id, what=what, found=found, source=source, expected=str(expected))
