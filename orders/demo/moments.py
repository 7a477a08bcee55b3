"""When the steps of a past order happened."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from orders.demo.past_orders import Fate, PastOrder

SENT = (Fate.SHIPPED, Fate.DELIVERED, Fate.RETURNED, Fate.PARTLY_REFUNDED)
ARRIVED = (Fate.DELIVERED, Fate.RETURNED, Fate.PARTLY_REFUNDED)
PREPARED = (Fate.PROCESSING, Fate.PART_SHIPPED, *SENT)
REFUNDED = (Fate.RETURNED, Fate.PARTLY_REFUNDED)
PAY_WITHIN = {"test": timedelta(minutes=30), "transfer": timedelta(days=7)}


@dataclass(frozen=True)
class Moments:
    """None for what has not happened. `ended` is when the order was cancelled."""

    placed: datetime
    pay_by: datetime | None
    paid: datetime | None
    processing: datetime | None
    shipped: datetime | None
    delivered: datetime | None
    refunded: datetime | None
    ended: datetime | None


def moments_of(past: PastOrder, now: datetime) -> Moments:
    """The steps in their order, none of them in the future."""
    fate, placed = past.fate, now - past.ago
    within = PAY_WITHIN.get(past.payment)
    pay_by = placed + within if within else None
    waited = timedelta(minutes=4) if past.payment == "test" else timedelta(hours=20)
    paid = None if fate in (Fate.PENDING, Fate.EXPIRED) or not within else min(placed + waited, now)
    ready = placed if within is None else (paid or placed) + timedelta(hours=5)
    processing = min(ready, now) if fate in PREPARED else None
    shipped = min(ready + timedelta(hours=22), now) if fate in (*SENT, Fate.PART_SHIPPED) else None
    delivered = min(ready + timedelta(hours=70), now) if fate in ARRIVED else None
    if within is None and delivered:
        paid = delivered
    return Moments(
        placed=placed,
        pay_by=pay_by,
        paid=paid,
        processing=processing,
        shipped=shipped,
        delivered=delivered,
        refunded=_refunded(fate, delivered or paid, now),
        ended=_ended(fate, pay_by or placed, paid or placed, now),
    )


def _refunded(fate: Fate, since: datetime | None, now: datetime) -> datetime | None:
    """Some days after the parcel arrived, or right after an order was cancelled."""
    if since is None or fate not in (*REFUNDED, Fate.CANCELLED):
        return None
    return min(since + (timedelta(hours=3, minutes=1) if fate == Fate.CANCELLED else timedelta(days=6)), now)


def _ended(fate: Fate, pay_by: datetime, paid: datetime, now: datetime) -> datetime | None:
    if fate == Fate.EXPIRED:
        return min(pay_by, now)
    return min(paid + timedelta(hours=3), now) if fate == Fate.CANCELLED else None
