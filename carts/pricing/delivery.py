"""When an order arrives: counted in working days from the dispatch, without weekends and holidays.

Parcels leave on the shop's own days of dispatch; on the way every Monday to Friday counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

ONE_DAY = timedelta(days=1)
WEEKEND = frozenset({5, 6})


@dataclass(frozen=True, kw_only=True)
class DispatchRules:
    """`weekdays` on which parcels leave (Monday is 0), `cutoff` local time, days on which nothing leaves."""

    weekdays: frozenset[int]
    cutoff: time | None
    holidays: Collection[date]


@dataclass(frozen=True, kw_only=True)
class DeliveryWindow:
    earliest: date
    latest: date


def delivery_window(
    ordered_at: datetime, *, rules: DispatchRules, days_min: int, days_max: int
) -> DeliveryWindow | None:
    """The days between which an order placed at `ordered_at` (shop's local time) arrives.

    None when the rules name no day of dispatch at all.
    """
    if not rules.weekdays:
        return None
    too_late = rules.cutoff is not None and ordered_at.time() >= rules.cutoff
    day = ordered_at.date() + (ONE_DAY if too_late else timedelta())
    while day.weekday() not in rules.weekdays or day in rules.holidays:
        day += ONE_DAY
    return DeliveryWindow(earliest=_arrival(day, days_min, rules), latest=_arrival(day, days_max, rules))


def _arrival(dispatched: date, working_days: int, rules: DispatchRules) -> date:
    day = dispatched
    for _ in range(working_days):
        day += ONE_DAY
        while day.weekday() in WEEKEND or day in rules.holidays:
            day += ONE_DAY
    return day
