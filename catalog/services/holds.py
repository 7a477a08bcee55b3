"""Holds: units kept for a cart for a while.

The steps here expect the caller to be inside a unit. They lock the stock rows first, and that guards
the holds of those variants too. Carts are opaque owners.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from catalog.models import NEVER, MovementKind, Stock, StockHold
from catalog.selectors.stock import live_holds
from catalog.services.hold_rules import AddressBudget, HoldGrant, HoldRefusal, HoldRequest, decide, is_live
from catalog.services.stock import StockChange, change_stock, end_expired_holds, end_holds, lock_stock
from shop.common.unit import run_in_transaction, transactional

__all__ = ["HoldRefusal", "HoldRequest", "expire_holds", "hold_units", "note_refusal", "release_hold", "release_units"]

EXPIRE_BATCH = 50
FORGET_BATCH = 500


def hold_units(requests: Sequence[HoldRequest]) -> list[HoldRefusal]:
    """A step: keep units for each request, in primary-key order; returns the ones refused.

    What has expired on the same variants is reclaimed first, so that nobody waits for a timer.
    """
    now = timezone.now()
    gone = gone_for(requests, now=now)
    left = [request for request in requests if request.variant_id not in gone]
    stock = lock_fresh_stock(left, now=now) if left else {}
    own = holds_of(left)
    budget = AddressBudget(now)
    answers = [
        decide(request, own.get((request.owner, request.variant_id)), stock[request.variant_id], now, budget)
        for request in sorted(left, key=lambda request: request.variant_id)
    ]
    grants = [answer for answer in answers if isinstance(answer, HoldGrant)]
    refusals = [answer for answer in answers if isinstance(answer, HoldRefusal)]
    change_stock([_booked(grant) for grant in grants])
    _write_holds(grants)
    _note_wanted([refusal for refusal in refusals if not _keeps_some(own, refusal.request, now)], now)
    return refusals + [HoldRefusal(request=r, available=0, reason="stock") for r in requests if r.variant_id in gone]


def gone_for(requests: Sequence[HoldRequest], *, now: datetime) -> set[int]:
    """A step: the variants of which nothing is left, read without a lock, for carts that never kept any of them.

    Who comes too late to a flash sale so hears it at once and does not queue for the row; only the first does, who
    puts on record that more was wanted. A hold that has ended counts as left.
    """
    wanted = Stock.objects.filter(pk__in={request.variant_id for request in requests})
    sold_out = wanted.filter(tracked=True, allow_backorder=False, on_hand__lte=F("held") + F("committed"))
    theirs = Q(owner__in={request.owner for request in requests})
    ended = Q(quantity__gt=0, expires_at__lte=now)
    to_look_at = StockHold.objects.filter(theirs | ended, variant_id=OuterRef("pk"))
    return set(known_as_wanted(sold_out).exclude(Exists(to_look_at)).values_list("pk", flat=True))


def known_as_wanted(stock: QuerySet[Stock]) -> QuerySet[Stock]:
    """The rows on which it says already, to everyone who keeps some, that somebody wanted more than there was."""
    since = StockHold.objects.filter(variant_id=OuterRef("pk"), started_at__gt=OuterRef("refused_at"))
    return stock.filter(~Exists(since), refused_at__gt=NEVER)


def lock_fresh_stock(requests: Sequence[HoldRequest], *, now: datetime) -> dict[int, Stock]:
    """A step: lock the stock rows and end what has expired on them, except these carts' own holds."""
    variant_ids = {request.variant_id for request in requests}
    stock = lock_stock(variant_ids)
    if end_expired_holds(variant_ids, now=now, keep_owners={request.owner for request in requests}):
        stock = lock_stock(variant_ids)
    return stock


def holds_of(requests: Sequence[HoldRequest]) -> dict[tuple[str, int], StockHold]:
    """The holds these carts have on these variants, ended ones too, by owner and variant."""
    holds = StockHold.objects.filter(
        owner__in={request.owner for request in requests},
        variant_id__in={request.variant_id for request in requests},
    )
    return {(hold.owner, hold.variant_id): hold for hold in holds}


def release_units(*, owner: str, variant_ids: Iterable[int] | None = None) -> None:
    """A step: give back what is kept for a cart, of all or of some variants."""
    found = StockHold.objects.filter(owner=owner, quantity__gt=0)
    if variant_ids is not None:
        found = found.filter(variant_id__in=list(variant_ids))
    lock_stock(list(found.values_list("variant_id", flat=True)))
    end_holds(list(found), kind=MovementKind.RELEASE, now=timezone.now())


@transactional
def release_hold(*, hold_id: int) -> None:
    """Staff end a hold by hand: its units are free, the cart keeps its line."""
    lock_stock(list(StockHold.objects.filter(pk=hold_id).values_list("variant_id", flat=True)))
    holds = list(StockHold.objects.filter(pk=hold_id, quantity__gt=0))
    end_holds(holds, kind=MovementKind.RELEASE, now=timezone.now())


def expire_holds() -> int:
    """End every hold whose time is over, a few variants a unit. Returns the number of units freed."""
    freed = 0
    while variant_ids := _variants_with_expired():
        freed += run_in_transaction(lambda ids=variant_ids: _expire_batch(ids))  # type: ignore[misc]
    _forget_ended()
    return freed


def note_refusal(variant_ids: Iterable[int], *, owner: str = "") -> None:
    """Remember that somebody wanted more than there was; a unit of its own, as theirs rolled back.

    A cart (`owner`) that keeps some itself is not counted: its own wish for more must not end its hold.
    """
    own = StockHold.objects.filter(live_holds(), owner=owner).values_list("variant_id", flat=True) if owner else ()
    wanted = set(variant_ids).difference(own)
    known = known_as_wanted(Stock.objects.filter(pk__in=wanted)).values_list("pk", flat=True)
    ids = sorted(wanted.difference(known))

    def mark() -> None:
        lock_stock(ids)
        Stock.objects.filter(pk__in=ids).update(refused_at=timezone.now())

    if ids:
        run_in_transaction(mark)


def _booked(grant: HoldGrant) -> StockChange:
    kind = MovementKind.HOLD if grant.more > 0 else MovementKind.RELEASE
    return StockChange(
        variant_id=grant.request.variant_id, kind=kind, held=grant.more, reference=grant.request.reference
    )


def _write_holds(grants: Sequence[HoldGrant]) -> None:
    new = [_hold_of(grant) for grant in grants if grant.own is None]
    renewed = [_hold_of(grant) for grant in grants if grant.own is not None]
    fields = ["reference", "quantity", "started_at", "expires_at", "ended_at", "client_address", "is_guest"]
    StockHold.objects.bulk_create(new)
    StockHold.objects.bulk_update(renewed, fields)


def _hold_of(grant: HoldGrant) -> StockHold:
    request = grant.request
    hold = grant.own or StockHold(owner=request.owner, variant_id=request.variant_id)
    hold.reference = request.reference
    hold.quantity = request.quantity
    hold.started_at = grant.started_at
    hold.expires_at = grant.expires_at
    hold.ended_at = None
    hold.client_address = request.client_address
    hold.is_guest = request.is_guest
    return hold


def _keeps_some(own: dict[tuple[str, int], StockHold], request: HoldRequest, now: datetime) -> bool:
    hold = own.get((request.owner, request.variant_id))
    return hold is not None and is_live(hold, now)


def _note_wanted(refusals: Sequence[HoldRefusal], now: datetime) -> None:
    """As `note_refusal`, where the unit goes on in spite of the refusal."""
    wanted = [refusal.request.variant_id for refusal in refusals if refusal.reason == "stock"]
    if wanted:
        Stock.objects.filter(pk__in=wanted).update(refused_at=now)


def _variants_with_expired() -> list[int]:
    expired = StockHold.objects.filter(quantity__gt=0, expires_at__lte=timezone.now())
    return list(expired.order_by("variant_id").values_list("variant_id", flat=True).distinct()[:EXPIRE_BATCH])


def _expire_batch(variant_ids: Sequence[int]) -> int:
    lock_stock(variant_ids)
    return end_expired_holds(variant_ids, now=timezone.now())


def _forget_ended() -> None:
    """Rows of ended holds, once their carts have rested. Chosen first: a DELETE that searches would lock others'."""
    rested = timezone.now() - timedelta(minutes=settings.SHOP_HOLD_PAUSE_MINUTES)
    ended = StockHold.objects.filter(quantity=0, ended_at__lt=rested)
    while ids := list(ended.values_list("pk", flat=True)[:FORGET_BATCH]):
        run_in_transaction(lambda ids=ids: ended.filter(pk__in=ids).delete())  # type: ignore[misc]
