"""The proof that nothing was oversold or lost: counters, ledger, holds and orders tell the same story."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from catalog.selectors.stock_check import Mismatch, skus, stock_count, stock_mismatches
from catalog.services.stock import lock_stock
from orders.selectors.stock_check import commitment_mismatches
from shop.common.unit import run_in_transaction

RECHECK_BATCH = 200


@dataclass(frozen=True, kw_only=True)
class StockReport:
    """`problems` are sentences that name SKU and numbers; none means that all `variants` agree."""

    variants: int
    problems: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        return not self.problems


def check_stock() -> StockReport:
    """Compare everything with everything, also while the shop sells.

    What does not seem to agree is looked at again with its stock rows locked, because counters and ledger
    were read a moment apart.
    """
    suspects = sorted({mismatch.variant_id for mismatch in _mismatches(None)})
    found = [mismatch for ids in _batches(suspects) for mismatch in _recheck(ids)]
    names = skus({mismatch.variant_id for mismatch in found})
    return StockReport(variants=stock_count(), problems=tuple(_sentence(mismatch, names) for mismatch in found))


def _mismatches(variant_ids: Collection[int] | None) -> list[Mismatch]:
    return [*stock_mismatches(variant_ids), *commitment_mismatches(variant_ids)]


def _batches(variant_ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (variant_ids[start : start + RECHECK_BATCH] for start in range(0, len(variant_ids), RECHECK_BATCH))


def _recheck(variant_ids: Sequence[int]) -> list[Mismatch]:
    def look() -> list[Mismatch]:
        lock_stock(variant_ids)
        return sorted(_mismatches(variant_ids), key=lambda mismatch: mismatch.variant_id)

    return run_in_transaction(look)


def _sentence(mismatch: Mismatch, names: dict[int, str]) -> str:
    sku = names.get(mismatch.variant_id, f"variant {mismatch.variant_id}")
    what = mismatch.what.replace("_", " ")
    return f"{sku}: {what} is {mismatch.found}, by {mismatch.source} it is {mismatch.expected}"
