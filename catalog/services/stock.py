"""The only module that changes stock counters.

The locking rule of the shop, which keeps buyers of the same things from ever waiting in a circle:
cart or order row first, then stock rows in primary-key order, then holds, then product rows in
primary-key order, then everything else. Freed stock follows the same order.

Each change is one conditional UPDATE: the database compares and writes in one step, and a count of
0 rows means "no". Each writes a row of the ledger.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from catalog.models import MovementKind, Stock, StockHold, StockMovement
from catalog.services.checks import MOST_UNITS
from catalog.services.listing import low_threshold, refresh_listing
from shop.common.errors import Conflict, InvalidInput, Message, NotFound, Shortage
from shop.common.unit import transactional


@dataclass(frozen=True, kw_only=True)
class StockChange:
    """What to add to a variant's counters (negative takes away), and why. `at` is when, if not now.

    With `expected_versions` only where what is on hand was not changed since.
    """

    variant_id: int
    kind: MovementKind
    on_hand: int = 0
    held: int = 0
    committed: int = 0
    reason: str = ""
    reference: str = ""
    actor_id: int | None = None
    at: datetime | None = None
    expected_versions: tuple[int, ...] | None = None

    @property
    def takes(self) -> int:
        """How many units the change takes from what is available."""
        return self.held + self.committed - self.on_hand


class StockRefused(Conflict):
    """The counters do not allow a change; `change` says which."""

    code = "stock_conflict"

    def __init__(self, change: StockChange) -> None:
        super().__init__()
        self.change = change


def lock_stock(variant_ids: Iterable[int]) -> dict[int, Stock]:
    """A step: lock the variants' stock rows, in primary-key order, and return them by variant."""
    rows = Stock.objects.select_for_update().filter(pk__in=set(variant_ids)).order_by("pk")
    return {row.variant_id: row for row in rows}


def change_stock(changes: Sequence[StockChange]) -> None:
    """A step: apply all changes in primary-key order, write the ledger, keep the listing flags right.

    Raises StockRefused for the first change that the counters do not allow; the unit then rolls back.
    """
    ordered = sorted((change for change in changes if _changes_something(change)), key=lambda c: c.variant_id)
    for change in ordered:
        if not _update(change):
            raise StockRefused(change)
    StockMovement.objects.bulk_create([_movement(change) for change in ordered])
    _refresh_flags(ordered)


def open_stock(variant_ids: Sequence[int], opening: Sequence[StockChange]) -> None:
    """A step: write the stock rows of many variants at once, all new in this unit, and the ledger's first entries.

    `opening` has at most one change a variant, of what is on the shelf. The listing is not touched.
    """
    on_hand = {change.variant_id: change.on_hand for change in opening}
    Stock.objects.bulk_create([Stock(variant_id=pk, on_hand=on_hand.get(pk, 0)) for pk in variant_ids])
    StockMovement.objects.bulk_create([_movement(change) for change in opening if _changes_something(change)])


def end_holds(holds: Sequence[StockHold], *, kind: MovementKind, now: datetime) -> None:
    """A step, with the stock rows locked: the units of these holds are free again."""
    change_stock(
        [
            StockChange(variant_id=hold.variant_id, kind=kind, held=-hold.quantity, reference=hold.reference)
            for hold in holds
        ]
    )
    StockHold.objects.filter(pk__in=[hold.pk for hold in holds]).update(quantity=0, ended_at=now)


def end_expired_holds(variant_ids: Iterable[int], *, now: datetime, keep_owners: Iterable[str] = ()) -> int:
    """A step, with the stock rows locked: end what has expired, except for `keep_owners`. Returns units freed."""
    expired = StockHold.objects.filter(variant_id__in=list(variant_ids), quantity__gt=0, expires_at__lte=now)
    holds = list(expired.exclude(owner__in=list(keep_owners)))
    if holds:
        end_holds(holds, kind=MovementKind.EXPIRE, now=now)
    return sum(hold.quantity for hold in holds)


@transactional
def receive_stock(
    *, variant_id: int, quantity: int, reason: str = "", reference: str = "", actor_id: int | None = None
) -> Stock:
    """Goods came in: `quantity` (≥ 0) more on the shelf."""
    change = StockChange(
        variant_id=variant_id,
        kind=MovementKind.RECEIVE,
        on_hand=quantity,
        reason=reason,
        reference=reference,
        actor_id=actor_id,
    )
    change_stock([change])
    return Stock.objects.get(pk=variant_id)


@dataclass(frozen=True, kw_only=True)
class Correction:
    """Why what is on hand is corrected, by whom, and which versions of it they may have seen (None: any)."""

    reason: str
    actor_id: int | None = None
    expected_versions: tuple[int, ...] | None = None


@transactional
def adjust_stock(
    *,
    variant_id: int,
    by: int,
    reason: str,
    actor_id: int | None = None,
    expected_versions: tuple[int, ...] | None = None,
) -> Stock:
    """Correct what is on hand by `by` units.

    Raises StockCommitted when held or ordered units would be missing, StaleStock after `expected_versions`.
    """
    why = Correction(reason=reason, actor_id=actor_id, expected_versions=expected_versions)
    _correct(_lock_one(variant_id), by, why)
    return Stock.objects.get(pk=variant_id)


@transactional
def set_on_hand(
    *,
    variant_id: int,
    quantity: int,
    reason: str,
    actor_id: int | None = None,
    expected_versions: tuple[int, ...] | None = None,
) -> Stock:
    """Write what was counted on the shelf.

    Raises StockCommitted below what is held and ordered, StaleStock after `expected_versions`.
    """
    why = Correction(reason=reason, actor_id=actor_id, expected_versions=expected_versions)
    stock = _lock_one(variant_id)
    _correct(stock, quantity - stock.on_hand, why)
    return Stock.objects.get(pk=variant_id)


def set_on_hand_step(*, variant_id: int, quantity: int, reason: str, actor_id: int | None = None) -> None:
    """A step: as `set_on_hand`, inside somebody else's unit (an import, a product form)."""
    stock = _lock_one(variant_id)
    _correct(stock, quantity - stock.on_hand, Correction(reason=reason, actor_id=actor_id))


class StockCommitted(Conflict):
    """So many units are in carts or ordered: `line` says how many were to go, and how many can."""

    code = "stock_committed"

    def __init__(self, message: Message, *, line: Shortage, field: str) -> None:
        super().__init__(message, field=field)
        self.line = line

    def extra(self) -> dict[str, Any]:
        return {"lines": [asdict(self.line)]}


def stock_line(stock: Stock, *, requested: int, available: int) -> Shortage:
    """The variant's stock as errors name it."""
    variant = stock.variant
    return Shortage(variant_id=variant.pk, sku=variant.sku, name=str(variant), requested=requested, available=available)


class StaleStock(Conflict):
    """What is on hand was changed since it was read."""

    code = "stale"
    status = 412
    default_message = _("This stock was changed in the meantime. Read it again, then repeat your change.")


def _lock_one(variant_id: int) -> Stock:
    stock = lock_stock([variant_id]).get(variant_id)
    if stock is None:
        raise NotFound
    return stock


def _correct(stock: Stock, by: int, why: Correction) -> None:
    """Holds that have ended stand in nobody's way, whether or not a timer has run."""
    freed = end_expired_holds([stock.variant_id], now=timezone.now())
    change = StockChange(variant_id=stock.variant_id, kind=MovementKind.ADJUST, on_hand=by, **vars(why))
    if stock.on_hand + by > MOST_UNITS:
        raise InvalidInput(_("Stock can be at most %(most)d.") % {"most": MOST_UNITS}, field="stock_quantity")
    if why.expected_versions is not None and stock.edit_version not in why.expected_versions:
        raise StaleStock
    try:
        change_stock([change])
    except StockRefused as refused:
        if _is_stale(change):
            raise StaleStock from refused
        needed = stock.held - freed + stock.committed
        raise StockCommitted(
            _("%(needed)d are in carts or ordered, so at least that many must be on hand.") % {"needed": needed},
            line=stock_line(stock, requested=-by, available=max(0, stock.on_hand - needed)),
            field="stock_quantity",
        ) from refused


def _is_stale(change: StockChange) -> bool:
    if change.expected_versions is None:
        return False
    return not Stock.objects.filter(pk=change.variant_id, edit_version__in=change.expected_versions).exists()


def _changes_something(change: StockChange) -> bool:
    return bool(change.on_hand or change.held or change.committed)


def _update(change: StockChange) -> bool:
    """One conditional UPDATE. True when the row allowed it."""
    rows = Stock.objects.filter(pk=change.variant_id)
    for counter in ("on_hand", "held", "committed"):
        delta = getattr(change, counter)
        if delta < 0:
            rows = rows.filter(**{f"{counter}__gte": -delta})
    if change.takes > 0:
        rows = rows.filter(enough_for(change.takes))
    if change.expected_versions is not None:
        rows = rows.filter(edit_version__in=change.expected_versions)
    updated = rows.update(
        on_hand=F("on_hand") + change.on_hand,
        held=F("held") + change.held,
        committed=F("committed") + change.committed,
        edit_version=F("edit_version") + int(change.on_hand != 0),
    )
    return updated == 1


def enough_for(units: int) -> Q:
    """The condition under which `units` more may be taken: the heart of "cannot be oversold"."""
    return Q(allow_backorder=True) | Q(tracked=False) | Q(on_hand__gte=F("held") + F("committed") + units)


def _movement(change: StockChange) -> StockMovement:
    return StockMovement(
        variant_id=change.variant_id,
        kind=change.kind,
        on_hand_change=change.on_hand,
        held_change=change.held,
        committed_change=change.committed,
        reason=change.reason[:200],
        reference=change.reference,
        actor_id=change.actor_id,
        created_at=change.at or timezone.now(),
    )


def _refresh_flags(changes: Sequence[StockChange]) -> None:
    """Recompute listing flags where the changes together may have turned one.

    Locking only the products that flip, and the others of the same order later by their foreign
    keys, could make two orders wait in a circle: so when one flips, all are locked, in order.
    """
    sellable: Counter[int] = Counter()
    for change in changes:
        sellable[change.variant_id] += change.on_hand - change.committed
    moved = [variant_id for variant_id, delta in sellable.items() if delta]
    rows = list(Stock.objects.filter(pk__in=moved).select_related("variant"))
    if any(_may_flip(row, sellable[row.variant_id]) for row in rows):
        refresh_listing({row.variant.product_id for row in rows})


def _may_flip(row: Stock, delta: int) -> bool:
    """Whether `delta` more sellable units, already booked, took the row over or under a threshold."""
    after = row.on_hand - row.committed
    return not row.is_unlimited and min(after - delta, after) <= max(0, low_threshold(row.low_at))
