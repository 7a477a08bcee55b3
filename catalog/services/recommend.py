"""Writing down what to show beside each product."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from catalog.models import Recommendation
from catalog.services.changes import record_change
from shop.common.unit import run_in_transaction

MOST = 12
BATCH = 200

Others = Mapping[int, Sequence[int]]


def store_recommendations(kind: str, others: Others) -> int:
    """Make the recommendations of a kind be exactly these, by product and best first, a few products a unit.

    Returns how many products have others now.
    """
    present = _present(kind)
    wanted = {pk: list(dict.fromkeys(ids))[:MOST] for pk, ids in others.items()}
    changed = sorted(pk for pk in wanted.keys() | present.keys() if wanted.get(pk, []) != present.get(pk, []))
    for start in range(0, len(changed), BATCH):
        batch = {pk: wanted.get(pk, []) for pk in changed[start : start + BATCH]}
        run_in_transaction(lambda batch=batch: _write(kind, batch))  # type: ignore[misc]
    return len(changed)


def _present(kind: str) -> dict[int, list[int]]:
    rows = Recommendation.objects.filter(kind=kind).order_by("product_id", "rank")
    return _by_product(rows.values_list("product_id", "other_id").iterator())


def _by_product(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for product_id, other_id in pairs:
        found[product_id].append(other_id)
    return found


def _write(kind: str, batch: Mapping[int, Sequence[int]]) -> None:
    Recommendation.objects.filter(kind=kind, product__in=batch).delete()
    rows = [
        Recommendation(product_id=pk, other_id=other, kind=kind, rank=rank)
        for pk, ids in batch.items()
        for rank, other in enumerate(ids)
    ]
    Recommendation.objects.bulk_create(rows, batch_size=500)
    record_change()
